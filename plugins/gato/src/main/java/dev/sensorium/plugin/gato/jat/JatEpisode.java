package dev.sensorium.plugin.gato.jat;

import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Policy.Action;
import dev.sensorium.spi.Policy.Demonstrated;
import dev.sensorium.spi.Policy.Episode;
import dev.sensorium.spi.Policy.Observation;
import dev.sensorium.spi.Policy.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** An episode: each observation and each action is a token. */
final class JatEpisode implements Episode {

    private final Task task;
    private final Sights sights;
    private final Deeds deeds;
    private final History history;
    private final JatLoop loop;
    private final Seat seat;
    private final Chooser chooser;

    private JatEpisode(Task task, Sights sights, Deeds deeds, History history, JatLoop loop) {
        this.task = task;
        this.sights = sights;
        this.deeds = deeds;
        this.history = history;
        this.loop = loop;
        this.seat = loop.open();
        this.chooser = Chooser.of(task.seed());
    }

    /**
     * Begins an episode.
     *
     * @param kept the most tokens that are kept from one timestep to the next
     * @throws ModelException TOO_LONG if the demonstration is longer than what is kept, INVALID_INPUT if a text in it is too
     *     long, and as {@link JatLoop#open}
     */
    static JatEpisode begin(Task task, Sights sights, Deeds deeds, int kept, JatLoop loop) {
        History history = new History(kept, demonstration(task, sights, deeds, kept));
        return new JatEpisode(task, sights, deeds, history, loop);
    }

    private static List<Token> demonstration(Task task, Sights sights, Deeds deeds, int kept) {
        int count = task.demonstration().size();
        if (count > kept / JatConfig.STEP) {
            throw new ModelException(
                            Reason.TOO_LONG,
                            "%d steps (expected: <= %d, which are kept)".formatted(count, kept / JatConfig.STEP))
                    .at("demonstration");
        }
        List<Token> tokens = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Demonstrated step = task.demonstration().get(i);
            String name = "demonstration[%d].observation.values".formatted(i);
            tokens.add(new Token.Seen(sights.sight(name, step.observation())));
            tokens.add(deeds.token(step.action()));
        }
        return tokens;
    }

    @Override
    public CompletionStage<Action> act(Observation observation) {
        task.check(observation);
        Token seen = new Token.Seen(sights.sight("observation.values", observation));
        return loop.next(seat, history.reading(seen), deeds.discrete(), deeds.count())
                .thenApply(answer -> deeds.discrete() ? choose(seen, answer) : move(seen, answer));
    }

    @Override
    public void close() {
        loop.leave(seat);
    }

    private Action choose(Token seen, float[] logits) {
        int choice = chooser.choose(logits);
        seat.forget(history.acted(seen, new Token.Choice(choice)));
        return deeds.action(choice);
    }

    /** Does what the network said within the bounds; what it said is what it remembers, as in the reference. */
    private Action move(Token seen, float[] numbers) {
        seat.forget(history.acted(seen, deeds.token(numbers)));
        return deeds.action(numbers);
    }
}
