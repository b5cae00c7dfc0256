package dev.sensorium.plugin.dalle;

import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;

/** Loads checkpoints of DALL-E mini and its kin. */
public final class DalleProvider implements ModelProvider {

    @Override
    public String family() {
        return "dallebart";
    }

    @Override
    public long estimateBytes(ModelSpec spec) {
        return DalleModel.estimateBytes(spec);
    }

    @Override
    public Model load(ModelSpec spec) {
        return DalleModel.load(spec);
    }
}
