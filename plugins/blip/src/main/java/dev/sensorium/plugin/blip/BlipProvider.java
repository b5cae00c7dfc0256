package dev.sensorium.plugin.blip;

import dev.sensorium.kit.checkpoint.HubConfig;
import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.kit.nn.NetworkOptions;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;
import java.util.List;

/** Loads checkpoints of transformers' {@code BlipForImageTextRetrieval}. */
public final class BlipProvider implements ModelProvider {

    private static final String ARCHITECTURES = "architectures";

    @Override
    public String family() {
        return "blip";
    }

    @Override
    public long estimateBytes(ModelSpec spec) {
        requireArchitecture(spec);
        BlipConfig.read(spec.folder());
        try (Weights weights = Weights.open(spec.folder())) {
            return NetworkOptions.of(spec).estimateBytes(weights);
        }
    }

    @Override
    public Model load(ModelSpec spec) {
        requireArchitecture(spec);
        return RetrievalModel.load(spec);
    }

    private static void requireArchitecture(ModelSpec spec) {
        HubConfig config = HubConfig.read(spec.folder(), "config.json");
        List<String> names = config.strings(ARCHITECTURES).required();
        if (!names.equals(List.of(RetrievalModel.ARCHITECTURE))) {
            throw config.refuse(ARCHITECTURES, names, RetrievalModel.ARCHITECTURE);
        }
    }
}
