package dev.sensorium.plugin.gato;

import dev.sensorium.kit.decode.LoopOptions;
import dev.sensorium.kit.decode.LoopOptions.Pieces;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * How many episodes a model has room for, and its loop: each episode has a row of the whole context, beside those of the
 * texts that are written.
 *
 * @param episodes the setting "episodes", 64 by default
 * @param loop what the kit's settings say, with a row for each episode; "prompt_piece" is 512 by default, so that what
 *     many episodes observe is read together
 */
record Seats(int episodes, LoopOptions loop) {

    private static final String EPISODES = "episodes";
    private static final String PROMPT_PIECE = "prompt_piece";
    private static final int USUAL_PIECE = 512;

    /** Returns the keys of the settings that {@link #of} reads. */
    static String[] settings() {
        List<String> keys = new ArrayList<>(List.of(LoopOptions.settings()));
        keys.add(EPISODES);
        return keys.toArray(String[]::new);
    }

    /**
     * Returns what a spec asks for.
     *
     * @throws ModelException INVALID_CHECKPOINT if a setting is not a number or too small
     */
    static Seats of(ModelSpec spec, int context) {
        String value = spec.settings().getOrDefault(EPISODES, "64");
        if (!value.matches("[1-9][0-9]{0,4}")) {
            throw new ModelException(
                    Reason.INVALID_CHECKPOINT,
                    "setting \"%s\": \"%s\" (expected: 1 to 99999)".formatted(EPISODES, value));
        }
        int episodes = Integer.parseInt(value);
        LoopOptions texts = LoopOptions.of(spec, context);
        int block = texts.cache().blockSize();
        int whole = (context + block - 1) / block * block;
        Pieces pieces = spec.settings().containsKey(PROMPT_PIECE)
                ? texts.pieces()
                : new Pieces(USUAL_PIECE, texts.pieces().encoder());
        return new Seats(
                episodes,
                new LoopOptions(
                        texts.slots() + episodes,
                        texts.waiting() + episodes,
                        Math.addExact(texts.tokens(), Math.multiplyExact(episodes, whole)),
                        texts.encoderBytes(),
                        pieces));
    }
}
