package dev.sensorium.plugin.dalle;

import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Text;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Makes prompts the ids of their tokens.
 *
 * @param tokenizer takes texts apart
 * @param simplified what becomes of a text before that
 * @param length the most tokens of a prompt
 */
record PromptReader(TextTokenizer tokenizer, UnaryOperator<String> simplified, int length) {

    /** Each token takes several characters; those that the tokenizer leaves out are not to be endless either. */
    private static final int CHARACTERS_PER_TOKEN = 32;

    /** Opens the reader of a checkpoint folder. */
    static PromptReader open(Path folder, DalleConfig.Text config) {
        EmojiNames emoji = EmojiNames.load();
        TextTokenizer tokenizer = TextTokenizer.read(folder, config.vocabulary(), emoji);
        UnaryOperator<String> simplified = config.normalized() ? new TextNormalizer(emoji) : UnaryOperator.identity();
        return new PromptReader(tokenizer, simplified, config.length());
    }

    /**
     * Returns the ids of a prompt.
     *
     * @throws ModelException INVALID_INPUT if there is nothing to be read in it; TOO_LONG if it is over the length and not
     *     to be cut
     */
    int[] read(Text prompt, PrepareOptions options) {
        String text = prompt.value();
        if (text.isBlank()) {
            throw invalid("blank (expected: a character that is not white space)");
        }
        List<String> words = tokenizer.words(simplified.apply(bounded(text, options.truncateText())));
        if (words.isEmpty()) {
            throw invalid("no character that the model reads (expected: ASCII or emoji)");
        }
        int[] ids = tokenizer.ids(words);
        if (ids.length <= length) {
            return ids;
        }
        if (!options.truncateText()) {
            throw new ModelException(Reason.TOO_LONG, "%d tokens (expected: <= %d)".formatted(ids.length, length))
                    .at("prompt");
        }
        int[] cut = Arrays.copyOf(ids, length);
        // The model has never seen a prompt without an end.
        cut[length - 1] = ids[ids.length - 1];
        return cut;
    }

    /** Returns the ids of no prompt at all. */
    int[] nothing() {
        return tokenizer.ids(List.of());
    }

    private String bounded(String text, boolean cut) {
        int most = length * CHARACTERS_PER_TOKEN;
        if (text.length() <= most) {
            return text;
        }
        if (!cut) {
            throw new ModelException(Reason.TOO_LONG, "%d characters (expected: <= %d)".formatted(text.length(), most))
                    .at("prompt");
        }
        return text.substring(0, most);
    }

    private static ModelException invalid(String fault) {
        return new ModelException(Reason.INVALID_INPUT, fault).at("prompt");
    }
}
