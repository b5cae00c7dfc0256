package dev.sensorium.testkit.echo;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The words of the prompt before, which need not be read again where a prompt begins with them. */
final class EchoMemory {

    private List<String> words = List.of();

    /** Remembers a prompt; returns how many of its words were known, of which the last one never is. */
    synchronized int reuse(List<String> prompt) {
        int known = 0;
        while (known < words.size()
                && known < prompt.size() - 1
                && words.get(known).equals(prompt.get(known))) {
            known++;
        }
        words = List.copyOf(prompt);
        return known;
    }

    /** Returns the bytes of what is remembered. */
    synchronized long bytes() {
        return words.stream()
                .mapToLong(word -> word.getBytes(StandardCharsets.UTF_8).length)
                .sum();
    }
}
