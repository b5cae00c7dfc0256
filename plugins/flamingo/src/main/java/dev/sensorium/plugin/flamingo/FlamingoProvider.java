package dev.sensorium.plugin.flamingo;

import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;

/** Loads checkpoints of transformers' {@code IdeficsForVisionText2Text}, the open Flamingo. */
public final class FlamingoProvider implements ModelProvider {

    @Override
    public String family() {
        return "idefics";
    }

    @Override
    public long estimateBytes(ModelSpec spec) {
        return FlamingoModel.estimateBytes(spec);
    }

    @Override
    public Model load(ModelSpec spec) {
        return FlamingoModel.load(spec);
    }
}
