package dev.sensorium.plugin.gato;

import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;

/** Loads checkpoints of {@code model_type} "gato". */
public final class GatoProvider implements ModelProvider {

    @Override
    public String family() {
        return "gato";
    }

    @Override
    public long estimateBytes(ModelSpec spec) {
        return GatoModel.estimateBytes(spec);
    }

    @Override
    public Model load(ModelSpec spec) {
        return GatoModel.load(spec);
    }
}
