package dev.sensorium.kit.decode;

import dev.sensorium.kit.nn.Paging;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelSpec;
import java.util.Map;

/**
 * How much a {@link TokenLoop} has room for, and how much it does at a time.
 *
 * @param slots the most rows that are decoded side by side: one for each request, or its beams
 * @param waiting the most requests that wait
 * @param tokens the most tokens of all rows together whose keys and values are kept
 * @param encoderBytes the most memory for states of sources that may come again
 * @param pieces what is done between two steps
 */
public record LoopOptions(int slots, int waiting, int tokens, long encoderBytes, Pieces pieces) {

    private static final String SLOTS = "slots";
    private static final String WAITING = "waiting";
    private static final String TOKENS = "cache_tokens";
    private static final String ENCODER_BYTES = "encoder_cache_bytes";
    private static final String PROMPT_PIECE = "prompt_piece";
    private static final String ENCODER_PIECE = "encoder_piece";

    private static final int BLOCK = 16;
    private static final int USUAL_TOKENS = 256;

    /**
     * What is done between two steps, so that rows do not wait for long.
     *
     * @param prompt the most tokens of prompts that are read
     * @param encoder the most sources that are encoded; four times as many while no row waits
     */
    public record Pieces(int prompt, int encoder) {

        public Pieces {
            require(PROMPT_PIECE, prompt, 1);
            require(ENCODER_PIECE, encoder, 1);
        }
    }

    public LoopOptions {
        require(SLOTS, slots, 1);
        require(WAITING, waiting, 1);
        require(TOKENS, tokens, 1);
        require(ENCODER_BYTES, encoderBytes, 0);
    }

    /** Returns the keys of the settings that {@link #of} reads, to be named to {@code NetworkOptions.of}. */
    public static String[] settings() {
        return new String[] {SLOTS, WAITING, TOKENS, ENCODER_BYTES, PROMPT_PIECE, ENCODER_PIECE};
    }

    /**
     * Returns what a spec asks for: the settings "slots" (16 by default), "waiting" (64), "cache_tokens" (256 for each
     * slot, or the context if that is less; at least one context), "encoder_cache_bytes" (64 MiB), "prompt_piece" (128)
     * and "encoder_piece" (1).
     *
     * @param context the most tokens of a row
     * @throws ModelException INVALID_CHECKPOINT if a setting is not a number or too small
     */
    public static LoopOptions of(ModelSpec spec, int context) {
        Map<String, String> settings = spec.settings();
        int slots = integer(settings, SLOTS, 16);
        int tokens = integer(settings, TOKENS, Math.max(context, slots * Math.min(context, USUAL_TOKENS)));
        require(TOKENS, tokens, context);
        return new LoopOptions(
                slots,
                integer(settings, WAITING, 64),
                tokens,
                integer(settings, ENCODER_BYTES, 64 << 20),
                new Pieces(integer(settings, PROMPT_PIECE, 128), integer(settings, ENCODER_PIECE, 1)));
    }

    /** Returns how keys and values are cut up. */
    public Paging cache() {
        return Paging.of(tokens, BLOCK);
    }

    /** Returns how an encoder's states are cut up, if a row attends to at most so many. */
    public Paging memory(int states) {
        return Paging.of((long) slots * ((states + BLOCK - 1) / BLOCK) * BLOCK, BLOCK);
    }

    private static int integer(Map<String, String> settings, String key, int absent) {
        String value = settings.get(key);
        if (value == null) {
            return absent;
        }
        if (!value.matches("[0-9]{1,9}")) {
            throw invalid("setting \"%s\": \"%s\" (expected: a number below 1000000000)".formatted(key, value));
        }
        return Integer.parseInt(value);
    }

    private static void require(String key, long value, long least) {
        if (value < least) {
            throw invalid("setting \"%s\": %d (expected: >= %d)".formatted(key, value, least));
        }
    }

    private static ModelException invalid(String message) {
        return new ModelException(Reason.INVALID_CHECKPOINT, message);
    }
}
