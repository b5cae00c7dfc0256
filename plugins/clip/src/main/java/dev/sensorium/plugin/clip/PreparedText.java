package dev.sensorium.plugin.clip;

import dev.sensorium.spi.Embedder.Prepared;
import java.util.Arrays;
import java.util.List;

/**
 * A text as token ids for CLIP's text tower.
 *
 * @param ids token ids, the last of which is the one whose state stands for the text: later ones cannot change it
 */
@SuppressWarnings("ArrayRecordComponent") // goes straight to the network, never compared
record PreparedText(int[] ids) implements Prepared {

    /** Texts are padded to multiples of so many tokens: oneDNN prepares its products for each number of rows anew. */
    private static final int STEP = 8;

    /** Texts of up to so many tokens, and of more than half as many. */
    private record Length(int tokens) {}

    /** Returns the ids of texts as rows of one length, which is at most the context. */
    static List<int[]> padded(List<PreparedText> texts, int context) {
        int longest = texts.stream().mapToInt(text -> text.ids.length).max().orElse(0);
        int length = Math.min((longest + STEP - 1) / STEP * STEP, context);
        return texts.stream().map(text -> Arrays.copyOf(text.ids, length)).toList();
    }

    /** Returns the position of the text's last token. */
    int end() {
        return ids.length - 1;
    }

    @Override
    public Object group() {
        int tokens = STEP;
        while (tokens < ids.length) {
            tokens *= 2;
        }
        return new Length(tokens);
    }
}
