package dev.sensorium.testkit.echo;

import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Policy.Episode;
import dev.sensorium.spi.Policy.Task;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** The episodes of an echo model, as many at once as there are slots; their actions take a round of the loop each. */
final class EchoPolicy implements AutoCloseable {

    private final EchoConfig config;
    private final EchoLoop loop;
    private final AtomicInteger open = new AtomicInteger();

    EchoPolicy(EchoConfig config, Path folder) {
        this.config = config;
        this.loop = new EchoLoop(config.talk(), folder);
    }

    Episode open(Task task) {
        int steps = task.demonstration().size();
        if (steps > config.maxText()) {
            throw new ModelException(Reason.TOO_LONG, "%d steps (expected: <= %d)".formatted(steps, config.maxText()))
                    .at("demonstration");
        }
        int slots = config.talk().slots();
        if (open.getAndUpdate(count -> Math.min(slots, count + 1)) == slots) {
            throw new ModelException(Reason.CAPACITY, "episodes: %d open (expected: fewer)".formatted(slots));
        }
        return new EchoEpisode(task, loop, open::decrementAndGet);
    }

    @Override
    public void close() {
        loop.close();
    }
}
