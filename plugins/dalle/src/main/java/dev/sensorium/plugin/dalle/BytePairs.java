package dev.sensorium.plugin.dalle;

import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The pairs that words are put together by, the first ones first (Sennrich et al. 2016), from {@code merges.txt}: a line
 * about its version, then one line for each pair.
 */
final class BytePairs {

    private static final String FILE = "merges.txt";
    private static final int MOST_BYTES = 64 << 20;

    /** What a word begins with, min-dalle's {@code chr(ord(" ") + 256)}. */
    private static final String BLANK = "\u0120";

    private final Map<Pair, Integer> ranks;

    /** Two parts of a word, side by side. */
    private record Pair(String left, String right) {}

    private BytePairs(Map<Pair, Integer> ranks) {
        this.ranks = ranks;
    }

    /** Reads the pairs of a checkpoint folder. */
    static BytePairs read(Path folder) {
        List<String> lines = lines(folder.resolve(FILE));
        Map<Pair, Integer> ranks = new HashMap<>();
        // As min-dalle reads them: what comes after the last end of line is none.
        for (int i = 1; i < lines.size() - 1; i++) {
            String[] parts = lines.get(i).strip().split("\\s+");
            if (parts.length != 2) {
                throw invalid("%s: line %d: %d parts (expected: 2)".formatted(FILE, i + 1, parts.length));
            }
            ranks.put(new Pair(parts[0], parts[1]), i);
        }
        return new BytePairs(ranks);
    }

    /** Returns the parts of a word, that of its beginning included. */
    List<String> apart(String word) {
        List<String> parts = new ArrayList<>(word.length() + 1);
        parts.add(BLANK);
        word.chars().forEach(c -> parts.add(String.valueOf((char) c)));
        while (true) {
            int first = -1;
            int least = Integer.MAX_VALUE;
            for (int i = 0; i + 1 < parts.size(); i++) {
                int rank = ranks.getOrDefault(new Pair(parts.get(i), parts.get(i + 1)), Integer.MAX_VALUE);
                if (rank < least) {
                    least = rank;
                    first = i;
                }
            }
            if (first < 0) {
                return parts;
            }
            parts.set(first, parts.get(first) + parts.remove(first + 1));
        }
    }

    private static List<String> lines(Path file) {
        if (!Files.exists(file)) {
            throw invalid(FILE + " is missing");
        }
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw invalid("%s: %d bytes (expected: <= %d)".formatted(FILE, Files.size(file), MOST_BYTES));
            }
            return Arrays.asList(Files.readString(file).split("\r\n|\r|\n", -1));
        } catch (CharacterCodingException e) {
            throw new ModelException(Reason.INVALID_CHECKPOINT, FILE + ": not UTF-8", e);
        } catch (IOException e) {
            throw new ModelException(Reason.INVALID_CHECKPOINT, FILE + ": cannot be read", e);
        }
    }

    private static ModelException invalid(String message) {
        return new ModelException(Reason.INVALID_CHECKPOINT, message);
    }
}
