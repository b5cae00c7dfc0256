package dev.sensorium.plugin.clip;

import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.kit.image.VideoReader;
import dev.sensorium.kit.nn.NetworkOptions;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;

/** Loads checkpoints of transformers' {@code CLIPModel}. */
public final class ClipProvider implements ModelProvider {

    @Override
    public String family() {
        return "clip";
    }

    @Override
    public long estimateBytes(ModelSpec spec) {
        ClipConfig.read(spec.folder());
        try (Weights weights = Weights.open(spec.folder())) {
            return NetworkOptions.of(spec, VideoReader.settings()).estimateBytes(weights);
        }
    }

    @Override
    public Model load(ModelSpec spec) {
        return ClipModel.load(spec);
    }
}
