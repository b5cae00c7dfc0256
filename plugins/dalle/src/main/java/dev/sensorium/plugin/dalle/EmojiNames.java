package dev.sensorium.plugin.dalle;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The English names of emoji, as the Python package {@code emoji} puts them in the place of emoji. */
final class EmojiNames {

    private static final String FILE = "emoji.txt";

    private final Map<String, String> names;
    private final int longest;

    private EmojiNames(Map<String, String> names) {
        this.names = names;
        this.longest = names.keySet().stream().mapToInt(String::length).max().orElse(0);
    }

    /** Reads the names. */
    static EmojiNames load() {
        try (InputStream file = EmojiNames.class.getResourceAsStream(FILE);
                BufferedReader lines = new BufferedReader(
                        new InputStreamReader(Objects.requireNonNull(file, FILE), StandardCharsets.UTF_8))) {
            Map<String, String> names = new HashMap<>();
            lines.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
                int gap = line.indexOf(' ');
                names.put(sequence(line.substring(0, gap)), line.substring(gap + 1));
            });
            return new EmojiNames(names);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns a text with names for emoji, the longest sequence each time.
     *
     * @param around what is put before and after each name
     */
    String named(String text, String around) {
        StringBuilder named = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); ) {
            int length = longestAt(text, i);
            if (length == 0) {
                named.append(text.charAt(i));
                i++;
            } else {
                named.append(around)
                        .append(names.get(text.substring(i, i + length)))
                        .append(around);
                i += length;
            }
        }
        return named.toString();
    }

    /** Returns the length of the longest sequence that begins there; 0 if none does. */
    private int longestAt(String text, int from) {
        for (int length = Math.min(longest, text.length() - from); length > 0; length--) {
            if (names.containsKey(text.substring(from, from + length))) {
                return length;
            }
        }
        return 0;
    }

    private static String sequence(String points) {
        StringBuilder sequence = new StringBuilder();
        for (String point : points.split("-")) {
            sequence.appendCodePoint(Integer.parseInt(point, 16));
        }
        return sequence.toString();
    }
}
