package dev.sensorium.plugin.gato.jat;

import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.kit.nn.Network;
import dev.sensorium.kit.nn.NetworkBuilder;
import dev.sensorium.kit.nn.NetworkOptions;
import dev.sensorium.kit.nn.Precision;
import dev.sensorium.kit.text.TextReader;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelCard;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.Policy;
import java.nio.file.Files;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A loaded JAT checkpoint: many episodes on one loop. */
final class JatModel implements Model, Policy {

    private static final String TOKENIZER = "tokenizer.json";

    private final JatConfig config;
    private final JatSettings settings;
    private final @Nullable TextReader texts;
    private final boolean sees;
    private final Network network;
    private final JatLoop loop;
    private final ModelCard card;

    private JatModel(Loaded loaded, @Nullable TextReader texts, ModelCard card) {
        this.config = loaded.config;
        this.settings = loaded.settings;
        this.texts = texts;
        this.sees = loaded.graph.pictures() != null;
        this.network = loaded.network;
        this.card = card;
        this.loop = JatLoop.start(
                new JatRuns(network, loaded.graph, config.tower().width()),
                new Places(settings.episodes(), settings.blocks(config)));
    }

    /** What is read of a checkpoint, and what it became. */
    private record Loaded(JatConfig config, JatSettings settings, JatGraph graph, Network network) {}

    static JatModel load(ModelSpec spec) {
        NetworkOptions options = NetworkOptions.of(spec, JatSettings.keys());
        JatConfig config = JatConfig.read(spec.folder());
        JatSettings settings = JatSettings.of(spec);
        TextReader texts = Files.exists(spec.folder().resolve(TOKENIZER))
                ? TextReader.open(spec, config.vocabulary(), config.positions())
                : null;
        try (Weights weights = Weights.open(spec.folder());
                NetworkBuilder builder = NetworkBuilder.open(options, weights)) {
            JatGraph graph = JatGraph.lay(config, settings, weights, builder.layers());
            ModelCard card = card(config, options, weights);
            return new JatModel(new Loaded(config, settings, graph, builder.build()), texts, card);
        } catch (RuntimeException e) {
            if (texts != null) {
                texts.close();
            }
            throw e;
        }
    }

    static long estimateBytes(ModelSpec spec) {
        NetworkOptions options = NetworkOptions.of(spec, JatSettings.keys());
        JatConfig config = JatConfig.read(spec.folder());
        JatSettings settings = JatSettings.of(spec);
        int width = config.tower().width();
        long keysAndValues = settings.cache(config).bytes(2L * config.tower().layers() * width, options.precision());
        long states = settings.states(config).bytes(width, options.precision());
        try (Weights weights = Weights.open(spec.folder())) {
            return options.estimateBytes(weights) + keysAndValues + states;
        }
    }

    @Override
    public ModelCard card() {
        return card;
    }

    @Override
    public Episode open(Task task) {
        Sights sights = Sights.of(config, texts, sees, task);
        Deeds deeds = Deeds.of(config, task.action());
        return JatEpisode.begin(task, sights, deeds, settings.kept(config, sights.pictures()), loop);
    }

    @Override
    public void close() {
        loop.close();
        network.close();
        if (texts != null) {
            texts.close();
        }
    }

    private static ModelCard card(JatConfig config, NetworkOptions options, Weights weights) {
        Map<String, Long> limits = Map.of(
                "context_tokens", (long) config.positions(),
                "numbers", config.numbers() - 1L,
                "integers", (long) config.integers());
        return new ModelCard(
                "JAT", weights.parameters(), options.precision().settingName(), parity(options.precision()), limits);
    }

    private static String parity(Precision precision) {
        return switch (precision) {
            case FLOAT32 -> "huggingface/jat in float32: logits and numbers within 1e-4, equal actions";
            case BFLOAT16 -> "huggingface/jat in float32: logits and numbers within 0.1";
        };
    }
}
