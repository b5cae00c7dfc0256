package dev.sensorium.plugin.gato;

import dev.sensorium.kit.decode.Dialogue.Choice;
import dev.sensorium.spi.Policy.Action;
import dev.sensorium.spi.Space;
import java.util.ArrayList;
import java.util.List;

/**
 * An action as it is chosen, part by part. A text is over when its end is chosen, when it is as long as it may be, or when
 * the token that was chosen would make it longer than its space; its end is among its tokens in every case.
 */
final class ActionWriter {

    private final ActionTokens tokens;
    private final List<Space> parts;
    private final List<List<Integer>> done = new ArrayList<>();
    private final List<Integer> text = new ArrayList<>();
    private final List<Integer> unread = new ArrayList<>();

    /** Returns a writer that nothing was chosen of. */
    ActionWriter(ActionTokens tokens, List<Space> parts) {
        this.tokens = tokens;
        this.parts = parts;
    }

    /** Returns what the next tokens are chosen from; nothing if the action is complete. */
    List<Choice> next() {
        List<Choice> choices = new ArrayList<>();
        for (int i = done.size(); i < parts.size(); i++) {
            if (parts.get(i) instanceof Space.Text) {
                return choices.isEmpty() ? List.of(tokens.word()) : choices;
            }
            choices.addAll(tokens.choices(parts.get(i)));
        }
        return choices;
    }

    /** Takes the ids that were chosen; the network has read all but the last. */
    void take(int[] ids) {
        unread.clear();
        if (parts.get(done.size()) instanceof Space.Text space) {
            write(space, ids[0]);
            return;
        }
        for (int at = 0; at < ids.length; ) {
            List<Integer> part = new ArrayList<>();
            int end = at + TaskTokens.numbers(parts.get(done.size()));
            while (at < end) {
                part.add(ids[at++]);
            }
            done.add(part);
        }
        unread.add(ids[ids.length - 1]);
    }

    /** Returns the ids of the complete action. */
    int[] ids() {
        return done.stream().flatMap(List::stream).mapToInt(Integer::intValue).toArray();
    }

    /** Returns the last ids, which the network is still to read. */
    int[] unread() {
        return unread.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Returns the complete action. */
    Action action() {
        return tokens.action(done);
    }

    private void write(Space.Text space, int id) {
        text.add(id);
        boolean over = id == tokens.end() || tokens.text(text).length() > space.maxLength();
        if (over) {
            text.remove(text.size() - 1);
        } else {
            unread.add(id);
        }
        if (over || text.size() == tokens.mostWords(space)) {
            text.add(tokens.end());
            unread.add(tokens.end());
            done.add(List.copyOf(text));
            text.clear();
        }
    }
}
