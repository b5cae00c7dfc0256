package dev.sensorium.client;

import dev.sensorium.client.BulkCall.Receiver;
import dev.sensorium.client.BulkCall.Settings;
import dev.sensorium.client.SensoriumException.Code;
import dev.sensorium.client.SensoriumException.Details;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The results of a bulk call, one per item in the order of the items, as an iterator that is pulled.
 *
 * <p>Items are taken from their source as results are read, by the thread that reads: what is out at a time is bounded
 * in number (128) and bytes (32 MiB), however many items there are. For one thread; only {@link #close} may come from
 * another. Closing cancels what is not answered.
 */
public final class ItemResults implements Iterator<ItemResult>, AutoCloseable {

    private final Iterator<Item> items;
    private final Duration patience;
    private final BulkCall call;
    private final BlockingQueue<Supplier<@Nullable ItemResult>> arrived = new LinkedBlockingQueue<>();
    private boolean exhausted;
    private boolean ended;
    private @Nullable ItemResult next;

    ItemResults(
            ManagedChannel channel, Iterator<Item> items, EmbedOptions options, Settings settings, Duration patience) {
        this.items = items;
        this.patience = patience;
        this.call = new BulkCall(channel, options, settings, new Arrivals());
    }

    /**
     * Tells whether there is one more result, waiting for it if need be.
     *
     * @throws SensoriumException if the call failed, which no item can be blamed for
     */
    @Override
    public boolean hasNext() {
        if (next == null && !ended) {
            next = pull();
        }
        return next != null;
    }

    @Override
    public ItemResult next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException("results: all read");
        }
        ItemResult result = next;
        next = null;
        return result;
    }

    @Override
    public void close() {
        call.cancel();
        arrived.add(() -> {
            throw cancelled("the results were closed", null);
        });
    }

    private @Nullable ItemResult pull() {
        try {
            send();
            ItemResult result = await().get();
            ended = result == null;
            return result;
        } catch (RuntimeException e) {
            ended = true;
            call.cancel();
            throw e;
        }
    }

    /** Fills the window, but once results are there sends one item for one result, so that none waits long. */
    private void send() {
        while (!exhausted && call.hasRoom(arrived.size())) {
            if (!items.hasNext()) {
                exhausted = true;
                call.complete();
                return;
            }
            call.send(items.next());
            if (!arrived.isEmpty()) {
                return;
            }
        }
    }

    private Supplier<@Nullable ItemResult> await() {
        try {
            Supplier<@Nullable ItemResult> arrival = arrived.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
            if (arrival == null) {
                String message = "no result for %s (expected: within the deadline)".formatted(patience);
                throw Errors.create(Code.DEADLINE_EXCEEDED, message, Details.NONE, null);
            }
            return arrival;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cancelled("the thread was interrupted", e);
        }
    }

    private static SensoriumException cancelled(String message, @Nullable Throwable cause) {
        return Errors.create(Code.CANCELLED, message, Details.NONE, cause);
    }

    private final class Arrivals implements Receiver {

        @Override
        public void result(ItemResult result) {
            arrived.add(() -> result);
        }

        @Override
        public void end(@Nullable SensoriumException failure) {
            arrived.add(() -> {
                if (failure != null) {
                    throw failure;
                }
                return null;
            });
        }
    }
}
