package dev.sensorium.spi;

import java.nio.file.Path;
import java.util.Map;

/**
 * What a provider needs to load a model: whose checkpoint it is, where it lies, and what it is given to run on.
 *
 * @param id name and version
 * @param folder the checkpoint in Hugging Face layout ({@code config.json}, {@code model.safetensors}, ...)
 * @param device where the model is to run
 * @param limits the budgets that media in requests must keep
 * @param settings the operator's settings of this model, such as "dtype" to "bfloat16"; unknown keys are an error
 */
public record ModelSpec(ModelId id, Path folder, Device device, MediaLimits limits, Map<String, String> settings) {

    public ModelSpec {
        settings = Map.copyOf(settings);
    }

    /** Returns the spec of a checkpoint folder on the first CPU device with default limits and no settings. */
    public static ModelSpec of(ModelId id, Path folder) {
        return new ModelSpec(id, folder, Device.cpu(), MediaLimits.DEFAULT, Map.of());
    }
}
