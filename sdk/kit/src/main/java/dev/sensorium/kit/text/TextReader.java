package dev.sensorium.kit.text;

import dev.sensorium.kit.checkpoint.HubConfig;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Text;
import java.nio.file.Path;
import java.util.OptionalInt;

/** Makes texts into the token ids of a checkpoint. */
public final class TextReader implements AutoCloseable {

    private static final String CONFIG = "tokenizer_config.json";

    private final Tokenizer tokenizer;
    private final OptionalInt pad;
    private final int context;

    private TextReader(Tokenizer tokenizer, OptionalInt pad, int context) {
        this.tokenizer = tokenizer;
        this.pad = pad;
        this.context = context;
    }

    /**
     * Opens the tokenizer of a checkpoint whose text tower takes ids below {@code vocabulary} and texts of at most
     * {@code context} tokens.
     *
     * @throws ModelException INVALID_CHECKPOINT if it is missing, broken, or knows more tokens
     */
    public static TextReader open(ModelSpec spec, int vocabulary, int context) {
        Tokenizer tokenizer = Tokenizer.open(spec.folder());
        if (tokenizer.vocabulary() > vocabulary) {
            tokenizer.close();
            throw new ModelException(
                    Reason.INVALID_CHECKPOINT,
                    "tokenizer: %d tokens (expected: <= %d, text_config.vocab_size)"
                            .formatted(tokenizer.vocabulary(), vocabulary));
        }
        return new TextReader(tokenizer, pad(spec.folder(), tokenizer), context);
    }

    /**
     * Returns the ids of a text, not padded.
     *
     * @throws ModelException INVALID_INPUT if it is blank; TOO_LONG if it is over the context and not to be cut
     */
    public int[] ids(Text text, PrepareOptions options) {
        if (text.value().codePoints().allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c))) {
            throw new ModelException(
                    Reason.INVALID_INPUT, "text: blank (expected: a character that is not white space)");
        }
        return tokenizer.encode(text.value(), context, options.truncateText());
    }

    /** Returns the id that texts are padded with, if the tokenizer's configuration names it. */
    public OptionalInt pad() {
        return pad;
    }

    /** Returns the tokenizer, which is closed with this reader. */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** Returns how many tokens a text may have. */
    public int context() {
        return context;
    }

    @Override
    public void close() {
        tokenizer.close();
    }

    private static OptionalInt pad(Path folder, Tokenizer tokenizer) {
        HubConfig config = HubConfig.readIfPresent(folder, CONFIG);
        String token = config.hasObject("pad_token")
                ? config.object("pad_token").string("content").orElse("")
                : config.string("pad_token").orElse("");
        return tokenizer.id(token);
    }
}
