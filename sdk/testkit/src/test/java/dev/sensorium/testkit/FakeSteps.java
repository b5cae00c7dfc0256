package dev.sensorium.testkit;

import dev.sensorium.spi.Steps;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Steps of another stream, changed as a list; they know no close. */
final class FakeSteps<T> implements Steps<T> {

    private final Iterator<T> steps;

    FakeSteps(Steps<T> stream, UnaryOperator<List<T>> breaking) {
        List<T> all = new ArrayList<>();
        try (stream) {
            for (Optional<T> step = stream.next(); step.isPresent(); step = stream.next()) {
                all.add(step.get());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        steps = breaking.apply(all).iterator();
    }

    @Override
    public Optional<T> next() {
        return steps.hasNext() ? Optional.of(steps.next()) : Optional.empty();
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
    public void close() {}
}
