package dev.sensorium.plugin.gato.jat;

import dev.sensorium.kit.checkpoint.HubConfig;
import dev.sensorium.kit.nn.Activation;
import dev.sensorium.kit.nn.Tower;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The sizes of a JAT model, from its {@code config.json}.
 *
 * @param tower the decoder
 * @param windows how many tokens each layer sees, 0 for all
 * @param positions how many tokens it sees at most
 * @param vocabulary how many ids there are, of texts, of observed integers and of discrete actions
 * @param numbers to how many numbers those of an observation or an action are repeated, {@code max_continuous_size}
 * @param integers how many integers an observation of integers has, {@code max_discrete_value}
 * @param end the id that texts are filled up with if the tokenizer does not say
 */
record JatConfig(
        Tower tower, List<Integer> windows, int positions, int vocabulary, int numbers, int integers, int end) {

    /** Tokens of one timestep. */
    static final int STEP = 2;

    /** Tokens that the reference reads at a step: the last observation again, its action, the new one, and no action. */
    private static final int READ = 2 * STEP;

    private static final String FILE = "config.json";
    private static final int MAX_SIZE = 1 << 16;

    /** A number of the reference's code: the encoder of integers is this many times narrower than the decoder. */
    private static final int NARROWING = 50;

    JatConfig {
        windows = List.copyOf(windows);
    }

    /** Reads the configuration of a checkpoint folder; an absent key means what the reference's class says. */
    static JatConfig read(Path folder) {
        HubConfig config = HubConfig.read(folder, FILE);
        Tower tower = tower(config);
        int positions = config.integer("max_position_embeddings", 1, MAX_SIZE).orElse(2048);
        if (positions % STEP != 0 || positions < 2 * READ) {
            throw config.refuse("max_position_embeddings", positions, "an even number >= " + 2 * READ);
        }
        int vocabulary = config.integer("vocab_size", 1, 1 << 20).orElse(50257);
        return new JatConfig(
                tower,
                windows(config, tower.layers()),
                positions,
                vocabulary,
                config.integer("max_continuous_size", 2, MAX_SIZE).orElse(377),
                config.integer("max_discrete_value", 1, MAX_SIZE).orElse(18),
                config.integer("eos_token_id", 0, vocabulary - 1).orElse(Math.min(50256, vocabulary - 1)));
    }

    /** Returns the width of the encoder of integers. */
    int narrow() {
        return tower.width() / NARROWING;
    }

    /** Returns how many tokens are kept from one timestep to the next, of a context window of so many. */
    int kept(int window) {
        return Math.min(window, positions - READ);
    }

    private static Tower tower(HubConfig config) {
        int width = config.integer("hidden_size", NARROWING, MAX_SIZE).orElse(2048);
        int heads = config.integer("num_heads", 1, MAX_SIZE).orElse(16);
        if (width % heads != 0) {
            throw config.refuse("num_heads", heads, "a divisor of hidden_size, " + width);
        }
        return new Tower(
                width,
                config.integer("intermediate_size", 1, MAX_SIZE).orElse(4 * width),
                config.integer("num_layers", 1, 1024).orElse(24),
                heads,
                config.choice("activation_function", Activation.byName()).orElse(Activation.GELU_NEW),
                config.positive("layer_norm_epsilon").orElse(1e-5).floatValue());
    }

    /** Reads which layers see all and which a window; without a word, every other one. */
    private static List<Integer> windows(HubConfig config, int layers) {
        int window = config.integer("window_size", 1, MAX_SIZE).orElse(256);
        if (!config.has("attention_layers") && !config.has("attention_types")) {
            return IntStream.range(0, layers).mapToObj(i -> i % 2 * window).toList();
        }
        List<String> kinds = config.strings("attention_layers").required();
        if (kinds.size() != layers || !List.of("global", "local").containsAll(kinds)) {
            throw config.refuse("attention_layers", kinds, "%d times \"global\" or \"local\"".formatted(layers));
        }
        return kinds.stream().map(kind -> kind.equals("local") ? window : 0).toList();
    }
}
