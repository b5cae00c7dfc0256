package dev.sensorium.server.registry;

import dev.sensorium.spi.Capability;
import dev.sensorium.spi.Embedder;
import dev.sensorium.spi.Generator;
import dev.sensorium.spi.ImageGenerator;
import dev.sensorium.spi.Matcher;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelCard;
import dev.sensorium.spi.Policy;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a loaded model says of itself, asked once.
 *
 * @param capabilities what it can do, in the order of the wire
 * @param modalities the kinds of content that it takes
 * @param dimensions the length of its embeddings; 0 if it has none
 */
public record ModelFacts(
        ModelCard card, List<Class<? extends Capability>> capabilities, Set<Modality> modalities, int dimensions) {

    private static final List<Class<? extends Capability>> ALL =
            List.of(Embedder.class, Matcher.class, Generator.class, ImageGenerator.class, Policy.class);

    public ModelFacts {
        capabilities = List.copyOf(capabilities);
        modalities = Set.copyOf(modalities);
    }

    static ModelFacts of(Model model) {
        Set<Modality> modalities = EnumSet.noneOf(Modality.class);
        int dimensions = 0;
        if (model instanceof Embedder embedder) {
            modalities.addAll(embedder.modalities());
            dimensions = embedder.dimensions();
        }
        if (model instanceof Matcher matcher) {
            modalities.addAll(matcher.matchable());
        }
        if (model instanceof Generator generator) {
            modalities.addAll(generator.promptable());
        }
        return new ModelFacts(model.card(), capabilitiesOf(model), modalities, dimensions);
    }

    private static List<Class<? extends Capability>> capabilitiesOf(Model model) {
        List<Class<? extends Capability>> capabilities = new ArrayList<>(ALL);
        capabilities.removeIf(capability -> !capability.isInstance(model));
        return capabilities;
    }
}
