package dev.sensorium.client;

import java.util.ArrayList;
import java.util.List;

/**
 * A conversation that a model is to continue. Immutable: each method returns a longer copy, so that examples can be
 * shown before the question:
 *
 * {@snippet lang=java :
 * var prompt = Prompt.EMPTY.example("a dax", dax).example("a blick", blick).user(photo);
 * }
 *
 * @param turns the turns so far, at least one, the last not of the model
 * @param prefix how the model's text is to begin; it counts as part of the prompt and is not generated again. Empty for
 *     no beginning
 * @param task what is wanted
 */
public record Prompt(List<Turn> turns, String prefix, GenerationTask task) {

    /** No turns yet. */
    public static final Prompt EMPTY = new Prompt(List.of(), "");

    public Prompt {
        turns = List.copyOf(turns);
    }

    /** A conversation to go on from. */
    public Prompt(List<Turn> turns, String prefix) {
        this(turns, prefix, GenerationTask.GENERATE);
    }

    /** Returns the prompt of one turn of the user: pictures, texts and other contents in their order. */
    public static Prompt of(Content... contents) {
        return EMPTY.user(contents);
    }

    /** Returns the prompt of one text of the user. */
    public static Prompt of(String text) {
        return EMPTY.user(text);
    }

    /** Returns this prompt followed by rules. */
    public Prompt system(String text) {
        return with(new Turn(Turn.Role.SYSTEM, List.of(Content.text(text))));
    }

    /** Returns this prompt followed by a turn of the user. */
    public Prompt user(Content... contents) {
        return with(new Turn(Turn.Role.USER, List.of(contents)));
    }

    /** Returns this prompt followed by a text of the user. */
    public Prompt user(String text) {
        return user(Content.text(text));
    }

    /** Returns this prompt followed by an answer of the model, as an example or because it was given before. */
    public Prompt model(String text) {
        return with(new Turn(Turn.Role.MODEL, List.of(Content.text(text))));
    }

    /** Returns this prompt followed by an example: what the user might say, and what the model is to answer then. */
    public Prompt example(String answer, Content... contents) {
        return user(contents).model(answer);
    }

    /** Returns this prompt followed by a turn of any side. */
    public Prompt with(Turn turn) {
        List<Turn> longer = new ArrayList<>(turns);
        longer.add(turn);
        return new Prompt(longer, prefix, task);
    }

    /** Returns this prompt with the beginning of the model's text. */
    public Prompt withPrefix(String prefix) {
        return new Prompt(turns, prefix, task);
    }

    /** Returns this prompt for what is wanted; turns before the last are examples of it. */
    public Prompt withTask(GenerationTask task) {
        return new Prompt(turns, prefix, task);
    }
}
