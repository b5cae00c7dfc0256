package dev.sensorium.spi;

import java.util.List;

/**
 * What a {@link Generator} is asked.
 *
 * @param task what is wanted
 * @param turns the conversation so far, at least one turn, the last not of the model
 * @param prefix how the model's text is to begin; it counts as part of the prompt and is not generated again. Empty for
 *     no beginning
 */
public record Prompt(Task task, List<Turn> turns, String prefix) {

    public Prompt {
        turns = List.copyOf(turns);
        if (turns.isEmpty() || turns.get(turns.size() - 1).role() == Role.MODEL) {
            throw turns.isEmpty()
                    ? invalid("0 (expected: >= 1)").at("turns")
                    : invalid("MODEL (expected: another, as the model's turn is next)")
                            .at("turns[%d].role".formatted(turns.size() - 1));
        }
    }

    /** What is wanted of a generator. A model that was made for one task takes its prompts as those of this task. */
    public enum Task {
        /** To go on from the prompt. */
        GENERATE,
        /** To say what is in a picture or a video: one turn of one content. */
        CAPTION,
        /** To answer a question about a picture or a video: one turn of contents and a text. */
        ANSWER
    }

    /** Whose turn it is. */
    public enum Role {
        /** Who sets the rules. */
        SYSTEM,
        /** Who asks. */
        USER,
        /** Who answers. */
        MODEL
    }

    /**
     * What one side says.
     *
     * @param role whose turn it is
     * @param contents in their order, at least one
     */
    public record Turn(Role role, List<Content> contents) {

        public Turn {
            contents = List.copyOf(contents);
            if (contents.isEmpty()) {
                throw invalid("turn: 0 contents (expected: >= 1)");
            }
        }
    }

    private static ModelException invalid(String message) {
        return new ModelException(ModelException.Reason.INVALID_INPUT, message);
    }

    /** Returns the prompt of one turn of the user. */
    public static Prompt of(Task task, List<? extends Content> contents) {
        return new Prompt(task, List.of(new Turn(Role.USER, List.copyOf(contents))), "");
    }

    /** Returns the same prompt with the text's beginning. */
    public Prompt beginning(String text) {
        return new Prompt(task, turns, text);
    }

    /** Returns the contents of all turns, in their order. */
    public List<Content> contents() {
        return turns.stream().flatMap(turn -> turn.contents().stream()).toList();
    }
}
