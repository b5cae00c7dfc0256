package dev.sensorium.plugin.gato.jat;

import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;

/** Loads checkpoints of {@code model_type} "jat". */
public final class JatProvider implements ModelProvider {

    @Override
    public String family() {
        return "jat";
    }

    @Override
    public long estimateBytes(ModelSpec spec) {
        return JatModel.estimateBytes(spec);
    }

    @Override
    public Model load(ModelSpec spec) {
        return JatModel.load(spec);
    }
}
