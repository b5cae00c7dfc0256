package dev.sensorium.kit.decode;

import java.util.concurrent.CountDownLatch;

/** A search of one token that keeps the loop's thread until it may go. */
record Holding(CountDownLatch held, CountDownLatch go) implements Search {

    @Override
    public Move step(float[][] logits) {
        held.countDown();
        try {
            go.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return new Greedy(1).step(logits);
    }
}
