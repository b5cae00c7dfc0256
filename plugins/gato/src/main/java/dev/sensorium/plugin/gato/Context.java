package dev.sensorium.plugin.gato;

import dev.sensorium.kit.decode.Dialogue.Choice;
import dev.sensorium.kit.decode.Dialogue.Turn;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What the network sees of an episode: the prompt and the timesteps since. When the next timestep would not fit any more,
 * it sees the prompt and the last few timesteps anew.
 */
final class Context {

    private final Layout layout;
    private final int size;
    private final int kept;
    private final Piece prompt;

    private final Deque<Piece> last = new ArrayDeque<>();
    private Piece unread;
    private int length;
    private boolean begun;

    /**
     * Returns a context that nothing was read of.
     *
     * @param prompt what it always begins with
     */
    Context(GatoConfig config, Piece prompt) {
        this.layout = config.layout();
        this.size = config.context();
        this.kept = config.kept();
        this.prompt = prompt;
        this.unread = Piece.NONE;
    }

    /**
     * Returns what is to be read for the next action.
     *
     * @param most how many tokens the action has at most
     * @param choices what its first tokens are chosen from
     */
    Turn turn(Piece observation, int most, List<Choice> choices) {
        int coming = observation.length() + most;
        boolean anew = !begun || length + unread.length() + coming > size;
        List<Piece> pieces = new ArrayList<>();
        if (anew) {
            int room = size - prompt.length() - coming;
            while (last.stream().mapToInt(Piece::length).sum() > room) {
                last.removeFirst();
            }
            pieces.add(prompt);
            pieces.addAll(last);
            length = 0;
        } else {
            pieces.add(unread);
        }
        pieces.add(observation);
        Piece given = Piece.join(layout, pieces);
        begun = true;
        length += given.length();
        return new Turn(anew, given.tokens(), given.states(), choices);
    }

    /** Takes the action that was chosen, of which the network has read all but the last tokens. */
    void acted(Piece observation, ActionWriter action) {
        Piece done = new Piece(action.ids(), List.of());
        last.addLast(Piece.join(layout, List.of(observation, done)));
        if (last.size() > kept) {
            last.removeFirst();
        }
        unread = new Piece(action.unread(), List.of());
        length += done.length() - unread.length();
    }
}
