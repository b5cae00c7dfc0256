package dev.sensorium.plugin.blip;

import dev.sensorium.kit.checkpoint.HubConfig;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;
import java.util.List;
import java.util.Optional;

/**
 * Loads checkpoints of transformers' {@code BlipForConditionalGeneration}, {@code BlipForQuestionAnswering} and
 * {@code BlipForImageTextRetrieval}.
 */
public final class BlipProvider implements ModelProvider {

    private static final String ARCHITECTURES = "architectures";

    private static final List<WritingModel.Kind> WRITING =
            List.of(WritingModel.Kind.CAPTIONS, WritingModel.Kind.ANSWERS);

    @Override
    public String family() {
        return "blip";
    }

    @Override
    public long estimateBytes(ModelSpec spec) {
        Optional<WritingModel.Kind> writing = writing(spec);
        return writing.isPresent()
                ? WritingModel.estimateBytes(spec, writing.get())
                : RetrievalModel.estimateBytes(spec);
    }

    @Override
    public Model load(ModelSpec spec) {
        Optional<WritingModel.Kind> writing = writing(spec);
        return writing.isPresent() ? WritingModel.load(spec, writing.get()) : RetrievalModel.load(spec);
    }

    /** Returns the kind of a checkpoint that writes; empty if it is for retrieval. */
    private static Optional<WritingModel.Kind> writing(ModelSpec spec) {
        HubConfig config = HubConfig.read(spec.folder(), "config.json");
        List<String> names = config.strings(ARCHITECTURES).required();
        if (names.equals(List.of(RetrievalModel.ARCHITECTURE))) {
            return Optional.empty();
        }
        for (WritingModel.Kind kind : WRITING) {
            if (names.equals(List.of(kind.name()))) {
                return Optional.of(kind);
            }
        }
        throw config.refuse(
                ARCHITECTURES,
                names,
                "one of [%s, %s, %s]"
                        .formatted(WRITING.get(0).name(), WRITING.get(1).name(), RetrievalModel.ARCHITECTURE));
    }
}
