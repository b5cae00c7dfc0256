package dev.sensorium.plugin.flamingo;

import dev.sensorium.kit.checkpoint.HubConfig;
import dev.sensorium.kit.text.Tokenizer;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * Tokens with a meaning of their own.
 *
 * @param begin the text of what every prompt begins with
 * @param end what ends a text; no picture before it is seen after it
 * @param image where a picture is
 * @param fake what stands round pictures
 * @param endOfTurn what ends a turn, where a checkpoint was trained on conversations
 */
record SpecialTokens(String begin, int end, int image, int fake, OptionalInt endOfTurn) {

    static final String IMAGE = "<image>";
    static final String FAKE = "<fake_token_around_image>";
    static final String END_OF_TURN = "<end_of_utterance>";

    private static final String FILE = "tokenizer_config.json";

    /** Reads what the tokens of a checkpoint are. */
    static SpecialTokens read(Path folder, Tokenizer tokenizer) {
        HubConfig config = HubConfig.readIfPresent(folder, FILE);
        return new SpecialTokens(
                name(config, "bos_token", "<s>"),
                required(tokenizer, name(config, "eos_token", "</s>")),
                required(tokenizer, IMAGE),
                required(tokenizer, FAKE),
                tokenizer.id(END_OF_TURN));
    }

    /** Returns whether a checkpoint was trained on conversations. */
    boolean conversational() {
        return endOfTurn.isPresent();
    }

    private static String name(HubConfig config, String key, String absent) {
        return config.hasObject(key)
                ? config.object(key).string("content").orElse(absent)
                : config.string(key).orElse(absent);
    }

    private static int required(Tokenizer tokenizer, String token) {
        return tokenizer
                .id(token)
                .orElseThrow(() -> new ModelException(
                        Reason.INVALID_CHECKPOINT,
                        "tokenizer: \"%s\" is missing (expected: among the added tokens)".formatted(token)));
    }
}
