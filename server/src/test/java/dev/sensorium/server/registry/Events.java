package dev.sensorium.server.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;

/** A listener that remembers what it is told, and can be waited for. */
final class Events implements ModelListener {

    private final List<ModelStatus> heard = new ArrayList<>();
    private final CountDownLatch settled = new CountDownLatch(1);

    @Override
    public synchronized void changed(ModelStatus model) {
        heard.add(model);
        notifyAll();
    }

    @Override
    public void settled() {
        settled.countDown();
    }

    void awaitSettled() throws InterruptedException {
        settled.await();
    }

    boolean isSettled() {
        return settled.getCount() == 0;
    }

    synchronized void await(String name, ModelState state) throws InterruptedException {
        Predicate<ModelStatus> wanted = model -> model.key().name().equals(name) && model.state() == state;
        while (heard.stream().noneMatch(wanted)) {
            wait();
        }
    }

    synchronized List<ModelState> states(String name) {
        return heard.stream()
                .filter(model -> model.key().name().equals(name))
                .map(ModelStatus::state)
                .toList();
    }
}
