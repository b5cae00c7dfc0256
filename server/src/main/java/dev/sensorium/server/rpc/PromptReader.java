package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.GenerationTask;
import dev.sensorium.proto.v1.Role;
import dev.sensorium.proto.v1.Turn;
import dev.sensorium.server.rpc.PromptFields.Place;
import dev.sensorium.spi.Content;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Prompt.Task;
import dev.sensorium.spi.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the prompt of one request off the wire; what is wrong with it is told together, by {@link #prompt}. */
final class PromptReader {

    private final ContentReader reader;
    private final Limits limits;
    private final Violations violations;
    private final List<Place> places = new ArrayList<>();
    private final List<Prompt.Turn> turns = new ArrayList<>();
    private String prefix = "";

    /**
     * What a prompt may hold.
     *
     * @param contents in all its turns
     * @param textBytes of one text in UTF-8
     */
    record Limits(int contents, int textBytes) {}

    PromptReader(ContentReader reader, Limits limits, Violations violations) {
        this.reader = reader;
        this.limits = limits;
        this.violations = violations;
    }

    /** Reads the field "turns". */
    void turns(List<Turn> wire) {
        int contents = wire.stream().mapToInt(Turn::getContentsCount).sum();
        if (wire.isEmpty()) {
            violations.add("turns", "0 (expected: at least one)");
        } else if (contents > limits.contents()) {
            violations.add("turns", "%d contents (expected: <= %d)".formatted(contents, limits.contents()));
        } else {
            for (int i = 0; i < wire.size(); i++) {
                turn(wire.get(i), "turns[%d]".formatted(i), i == wire.size() - 1);
            }
        }
    }

    private void turn(Turn turn, String path, boolean last) {
        Prompt.Role role = role(turn, path + ".role");
        if (last && role == Prompt.Role.MODEL) {
            violations.add(path + ".role", "ROLE_MODEL (expected: another, as the model's turn is next)");
        }
        if (turn.getContentsCount() == 0) {
            violations.add(path + ".contents", "0 (expected: at least one)");
            return;
        }
        turns.add(new Prompt.Turn(role, contents(turn.getContentsList(), path + ".contents")));
    }

    /** Reads the field "task". */
    Task task(GenerationTask wire, int number) {
        return switch (wire) {
            case GENERATION_TASK_UNSPECIFIED, GENERATION_TASK_GENERATE -> Task.GENERATE;
            case GENERATION_TASK_CAPTION -> Task.CAPTION;
            case GENERATION_TASK_ANSWER -> Task.ANSWER;
            case UNRECOGNIZED -> {
                int most = GenerationTask.GENERATION_TASK_ANSWER.getNumber();
                violations.add("task", "%d (expected: 0 to %d)".formatted(number, most));
                yield Task.GENERATE;
            }
        };
    }

    private Prompt.Role role(Turn turn, String path) {
        return switch (turn.getRole()) {
            case ROLE_UNSPECIFIED, ROLE_USER -> Prompt.Role.USER;
            case ROLE_SYSTEM -> Prompt.Role.SYSTEM;
            case ROLE_MODEL -> Prompt.Role.MODEL;
            case UNRECOGNIZED -> {
                violations.add(
                        path, "%d (expected: 0 to %d)".formatted(turn.getRoleValue(), Role.ROLE_MODEL.getNumber()));
                yield Prompt.Role.USER;
            }
        };
    }

    private List<Content> contents(List<dev.sensorium.proto.v1.Content> wire, String path) {
        List<Content> contents = new ArrayList<>(wire.size());
        for (int i = 0; i < wire.size(); i++) {
            Content content = content(wire.get(i), "%s[%d]".formatted(path, i));
            contents.add(content);
        }
        return contents;
    }

    /** Reads a content; one with violations is as good as any, as it is never used. */
    private Content content(dev.sensorium.proto.v1.Content wire, String path) {
        Content content = reader.read(wire, path, violations);
        places.add(new Place(path, ContentReader.field(wire, path)));
        return content == null ? new Text("") : content;
    }

    /** Reads the field "content", all that a prompt consists of. */
    void content(dev.sensorium.proto.v1.Content wire) {
        turns.add(new Prompt.Turn(Prompt.Role.USER, List.of(content(wire, "content"))));
    }

    /** Reads the fields "contents" and "question". */
    void question(List<dev.sensorium.proto.v1.Content> wire, String question) {
        boolean counts = !wire.isEmpty() && wire.size() <= limits.contents();
        if (!counts) {
            violations.add("contents", "%d (expected: 1 to %d)".formatted(wire.size(), limits.contents()));
        }
        List<Content> contents = contents(counts ? wire : List.of(), "contents");
        reader.text(question, "question", violations);
        places.add(new Place("question", "question"));
        contents.add(new Text(question));
        turns.add(new Prompt.Turn(Prompt.Role.USER, contents));
    }

    /** Reads the field "prefix". */
    void prefix(String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > limits.textBytes()) {
            violations.add("prefix", "%d bytes (expected: <= %d)".formatted(bytes, limits.textBytes()));
        }
        prefix = text;
    }

    /**
     * Returns the prompt.
     *
     * @param whole the field of all contents together
     * @throws dev.sensorium.server.ServiceException if there are violations, those of others included
     */
    ReadPrompt prompt(Task task, String whole) {
        violations.raise(Violations.INVALID_REQUEST);
        return new ReadPrompt(new Prompt(task, turns, prefix), new PromptFields(places, whole));
    }
}
