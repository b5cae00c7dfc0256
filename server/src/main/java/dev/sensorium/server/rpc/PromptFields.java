package dev.sensorium.server.rpc;

import dev.sensorium.server.ServiceException;
import dev.sensorium.spi.Modality;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The names that the parts of a prompt have on the wire, and so what a generator means when it refuses one of them.
 *
 * @param places one for each content of all turns, in their order
 * @param whole the field of all contents together
 */
record PromptFields(List<Place> places, String whole) {

    private static final Map<String, String> SETTINGS = Map.ofEntries(
            setting("max_tokens", ""),
            setting("min_tokens", ""),
            setting("temperature", "sample."),
            setting("top_k", "sample."),
            setting("top_p", "sample."),
            setting("min_p", "sample."),
            setting("seed", "sample."),
            setting("beams", ""),
            setting("beams.count", ""),
            setting("beams.length_penalty", ""),
            setting("beams.early_stopping", ""),
            setting("repetition_penalty", ""),
            setting("no_repeat_ngram", ""),
            setting("bad_words", ""),
            setting("allowed_texts", ""),
            setting("stop_texts", ""),
            setting("stop_tokens", ""),
            setting("log_probabilities", ""),
            Map.entry("prefix", "prefix"));

    /**
     * Where a content is.
     *
     * @param path of the content, such as "turns[1].contents[0]"
     * @param field of what a model reads, such as "turns[1].contents[0].image.data"
     */
    record Place(String path, String field) {}

    PromptFields {
        places = List.copyOf(places);
    }

    private static Map.Entry<String, String> setting(String name, String group) {
        return Map.entry(name, "decoding." + group + name);
    }

    /** Requires that every content is of a kind that the model takes. */
    void require(Set<Modality> taken, List<Modality> modalities) {
        Violations violations = new Violations();
        for (int i = 0; i < places.size(); i++) {
            Session.require(taken, modalities.get(i), places.get(i).path(), violations);
        }
        violations.raise(Violations.UNSUPPORTED_MODALITY);
    }

    /** Returns what the caller is told of a failure of the generator: if it refuses a part, the part is named. */
    ServiceException refusal(Throwable failure) {
        return Errors.at(whole, this::field, failure);
    }

    private Optional<String> field(String part) {
        if (part.equals("contents") || part.equals("turns")) {
            return Optional.of(whole);
        }
        if (part.startsWith("contents[")) {
            return Optional.of(contentField(part));
        }
        if (part.startsWith("continuations[") || part.startsWith("turns[")) {
            return Optional.of(part);
        }
        int index = part.indexOf('[');
        String setting = index < 0 ? part : part.substring(0, index);
        return Optional.ofNullable(SETTINGS.get(setting)).map(field -> field + part.substring(setting.length()));
    }

    private String contentField(String part) {
        return IntStream.range(0, places.size())
                .filter(i -> part.equals("contents[%d]".formatted(i)))
                .mapToObj(i -> places.get(i).field())
                .findFirst()
                .orElse(whole);
    }
}
