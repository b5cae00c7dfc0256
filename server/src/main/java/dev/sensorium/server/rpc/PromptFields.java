package dev.sensorium.server.rpc;

import dev.sensorium.server.ServiceException;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.ModelException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names that the parts of a prompt have on the wire, and so what a generator means when it refuses one of them.
 *
 * @param places one for each content of all turns, in their order
 * @param whole the field of all contents together
 */
record PromptFields(List<Place> places, String whole) {

    /** How a generator's message names the content or continuation that it refuses. */
    private static final Pattern ITEM =
            Pattern.compile("(contents|continuations)\\[(\\d{1,9})]:? ?(.*)", Pattern.DOTALL);

    /** How a generator's message names the setting that it refuses, one of a list perhaps. */
    private static final Pattern SETTING = Pattern.compile("([a-z_.]+)(\\[\\d{1,9}])?: (.*)", Pattern.DOTALL);

    /** How a generator's message names the turn that it refuses. */
    private static final Pattern TURN = Pattern.compile("(turns\\[\\d{1,9}]\\.role): (.*)", Pattern.DOTALL);

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
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (!(cause instanceof ModelException e) || !Errors.isInput(e)) {
            return Errors.at(whole, cause);
        }
        String message = String.valueOf(e.getMessage());
        Matcher item = ITEM.matcher(message);
        if (item.matches()) {
            return Errors.at(field(item), new ModelException(e.reason(), item.group(3), e));
        }
        Matcher turn = TURN.matcher(message);
        if (turn.matches()) {
            return Errors.at(turn.group(1), new ModelException(e.reason(), turn.group(2), e));
        }
        Matcher setting = SETTING.matcher(message);
        if (setting.matches() && SETTINGS.containsKey(setting.group(1))) {
            String index = setting.group(2) == null ? "" : setting.group(2);
            return Errors.at(
                    SETTINGS.get(setting.group(1)) + index, new ModelException(e.reason(), setting.group(3), e));
        }
        return Errors.at(whole, e);
    }

    private String field(Matcher item) {
        int index = Integer.parseInt(item.group(2));
        if (item.group(1).equals("continuations")) {
            return "continuations[%d]".formatted(index);
        }
        return index < places.size() ? places.get(index).field() : whole;
    }
}
