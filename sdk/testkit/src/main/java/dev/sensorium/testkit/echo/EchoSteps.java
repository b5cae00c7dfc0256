package dev.sensorium.testkit.echo;

import dev.sensorium.spi.Steps;
import java.util.Iterator;
import java.util.Optional;

/** Steps that are all there already. */
final class EchoSteps<T> implements Steps<T> {

    private final Iterator<T> steps;
    private volatile boolean closed;

    EchoSteps(Iterator<T> steps) {
        this.steps = steps;
    }

    @Override
    public Optional<T> next() {
        return closed || !steps.hasNext() ? Optional.empty() : Optional.of(steps.next());
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public void onReady(Runnable listener) {
        listener.run();
    }

    @Override
    public void close() {
        closed = true;
    }
}
