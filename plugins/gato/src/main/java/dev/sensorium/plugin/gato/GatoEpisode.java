package dev.sensorium.plugin.gato;

import dev.sensorium.kit.decode.Dialogue;
import dev.sensorium.kit.decode.Dialogue.Turn;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Policy.Action;
import dev.sensorium.spi.Policy.Demonstrated;
import dev.sensorium.spi.Policy.Episode;
import dev.sensorium.spi.Policy.Observation;
import dev.sensorium.spi.Policy.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** An episode: observations are what the network reads, actions what it goes on with. */
final class GatoEpisode implements Episode {

    private final Task task;
    private final TaskTokens tokens;
    private final Context context;
    private final int room;
    private final Dialogue dialogue;

    private GatoEpisode(Task task, TaskTokens tokens, Context context, int room, Dialogue dialogue) {
        this.task = task;
        this.tokens = tokens;
        this.context = context;
        this.room = room;
        this.dialogue = dialogue;
    }

    /** How an episode's row is opened in a loop. */
    interface Opening {

        /** Opens a row for at most so many pictures at a time. */
        Dialogue open(int pictures);
    }

    /**
     * Begins an episode.
     *
     * @throws ModelException INVALID_INPUT if the task's spaces have no tokens, TOO_LONG if its prompt leaves no room for
     *     a step, and as {@link Opening#open}
     */
    static GatoEpisode begin(GatoConfig config, TaskTokens tokens, Task task, Opening opening) {
        Piece prompt = prompt(config, tokens, task);
        int steps = config.context() / tokens.shortestStep();
        int room = config.context() - prompt.length() - tokens.actions().most();
        Dialogue dialogue = opening.open(tokens.observations().pictures() * steps);
        return new GatoEpisode(task, tokens, new Context(config, prompt), room, dialogue);
    }

    /** Returns the tokens of the instruction and the demonstration, beside which there is room for a step. */
    private static Piece prompt(GatoConfig config, TaskTokens tokens, Task task) {
        int room = config.context()
                - tokens.observations().shortest()
                - tokens.actions().most();
        List<Piece> pieces = new ArrayList<>();
        pieces.add(tokens.instruction());
        int length = tokens.instruction().length();
        requireRoom("instruction", length, room);
        for (int i = 0; i < task.demonstration().size(); i++) {
            Demonstrated step = task.demonstration().get(i);
            Piece observed = tokens.observations()
                    .piece("demonstration[%d].observation.values".formatted(i), step.observation());
            Piece done = tokens.actions().piece(step.action());
            length += observed.length() + done.length();
            requireRoom("demonstration[%d]".formatted(i), length, room);
            pieces.add(observed);
            pieces.add(done);
        }
        return Piece.join(config.layout(), pieces);
    }

    @Override
    public CompletionStage<Action> act(Observation observation) {
        task.check(observation);
        Piece observed = tokens.observations().piece("observation.values", observation);
        if (observed.length() > room) {
            throw TaskTokens.invalid(
                    "observation.values",
                    "%d tokens (expected: <= %d, beside the prompt)".formatted(observed.length(), room));
        }
        ActionWriter writer = tokens.actions().writer();
        Turn turn = context.turn(observed, tokens.actions().most(), writer.next());
        return choose(writer, turn).thenApply(action -> {
            context.acted(observed, writer);
            return action;
        });
    }

    /** Has the tokens of an action be chosen, which takes a turn for each token of a text. */
    private CompletionStage<Action> choose(ActionWriter writer, Turn turn) {
        return dialogue.next(turn).thenCompose(chosen -> {
            writer.take(chosen);
            return writer.next().isEmpty()
                    ? CompletableFuture.completedFuture(writer.action())
                    : choose(writer, new Turn(false, writer.unread(), null, writer.next()));
        });
    }

    @Override
    public void close() {
        dialogue.close();
    }

    private static void requireRoom(String what, int count, int room) {
        if (count > room) {
            throw new ModelException(
                            Reason.TOO_LONG,
                            "a prompt of %d tokens (expected: <= %d, as the context is to have room for a step)"
                                    .formatted(count, room))
                    .at(what);
        }
    }
}
