package dev.sensorium.plugin.gato.jat;

import java.util.ArrayList;
import java.util.List;

/**
 * What the network sees of an episode, as in the reference's {@code get_next_action}: the tokens that are kept, the last
 * observation once more, the action that followed, and the new observation. Only the first two of these are kept in turn,
 * and of all no more than the window; so the new observation is read twice, the second time where the kept ones end then.
 */
final class History {

    private final int most;
    private final List<Token> unread;
    private int kept;

    /**
     * Returns a history of which nothing is kept.
     *
     * @param most how many tokens are kept at most
     * @param begun observations and actions in turn that the episode begins with
     */
    History(int most, List<Token> begun) {
        this.most = most;
        this.unread = new ArrayList<>(begun);
    }

    /** Returns what is to be read for the next action. */
    Reading reading(Token observation) {
        List<Token> tokens = new ArrayList<>(unread);
        tokens.add(observation);
        return new Reading(kept, tokens);
    }

    /**
     * Takes the action that followed.
     *
     * @return how many of the oldest tokens are forgotten
     */
    int acted(Token observation, Token action) {
        int read = kept + unread.size();
        kept = Math.min(read, most);
        unread.clear();
        unread.add(observation);
        unread.add(action);
        return read - kept;
    }

    /**
     * What the network is to read.
     *
     * @param first the position of the first token, which is how many are kept before it
     * @param tokens observations and actions in turn, an observation last
     */
    record Reading(int first, List<Token> tokens) {

        Reading {
            tokens = List.copyOf(tokens);
        }

        int end() {
            return first + tokens.size();
        }
    }
}
