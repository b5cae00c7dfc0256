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
import dev.sensorium.spi.Prompt;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a loaded model says of itself, asked once.
 *
 * @param capabilities what it can do, in the order of the wire
 * @param modalities the kinds of content that it takes
 * @param dimensions the length of its embeddings; 0 if it has none
 * @param tasks what it can be asked to generate; none if it cannot generate
 * @param turns whether a prompt may have several turns
 * @param heads the names of its ways of matching, the default first; none if there is only one
 */
public record ModelFacts(
        ModelCard card,
        List<Class<? extends Capability>> capabilities,
        Set<Modality> modalities,
        int dimensions,
        Set<Prompt.Task> tasks,
        boolean turns,
        List<String> heads) {

    private static final List<Class<? extends Capability>> ALL =
            List.of(Embedder.class, Matcher.class, Generator.class, ImageGenerator.class, Policy.class);

    public ModelFacts {
        capabilities = List.copyOf(capabilities);
        modalities = Set.copyOf(modalities);
        tasks = Set.copyOf(tasks);
        heads = List.copyOf(heads);
    }

    static ModelFacts of(Model model) {
        return new ModelFacts(
                model.card(),
                capabilitiesOf(model),
                modalitiesOf(model),
                model instanceof Embedder embedder ? embedder.dimensions() : 0,
                model instanceof Generator generator ? generator.tasks() : Set.of(),
                model instanceof Generator generator && generator.takesTurns(),
                model instanceof Matcher matcher ? headsOf(matcher) : List.of());
    }

    private static Set<Modality> modalitiesOf(Model model) {
        Set<Modality> modalities = EnumSet.noneOf(Modality.class);
        if (model instanceof Embedder embedder) {
            modalities.addAll(embedder.modalities());
        }
        if (model instanceof Matcher matcher) {
            modalities.addAll(matcher.matchable());
        }
        if (model instanceof Generator generator) {
            modalities.addAll(generator.promptable());
        }
        if (model instanceof ImageGenerator) {
            modalities.add(Modality.TEXT);
        }
        return modalities;
    }

    private static List<String> headsOf(Matcher matcher) {
        Map<String, Matcher> heads = matcher.heads();
        if (heads.size() < 2) {
            return List.of();
        }
        Comparator<Map.Entry<String, Matcher>> others = Comparator.comparing(head -> head.getValue() != matcher);
        return heads.entrySet().stream()
                .sorted(others.thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static List<Class<? extends Capability>> capabilitiesOf(Model model) {
        List<Class<? extends Capability>> capabilities = new ArrayList<>(ALL);
        capabilities.removeIf(capability -> !capability.isInstance(model));
        return capabilities;
    }
}
