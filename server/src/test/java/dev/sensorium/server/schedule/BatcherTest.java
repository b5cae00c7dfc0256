package dev.sensorium.server.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sensorium.server.ServiceException;
import dev.sensorium.spi.Device;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatcherTest {

    private static final BatchLimits LIMITS = new BatchLimits(4, Duration.ZERO, 8, 16);

    private final Gated kernel = new Gated();
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final DeviceBroker broker = new DeviceBroker(1, 1);
    private final List<Batcher<String, String>> opened = new ArrayList<>();

    /** Answers in upper case; a batch waits until it is let go; groups by the first character. */
    private static final class Gated implements Kernel<String, String> {
        final BlockingQueue<List<String>> started = new LinkedBlockingQueue<>();
        final Semaphore gate = new Semaphore(0);

        @Override
        public Object group(String item) {
            return item.charAt(0);
        }

        @Override
        public int rows(String item) {
            return item.contains("wide") ? 3 : 1;
        }

        @Override
        public List<String> run(List<String> batch) {
            started.add(batch);
            gate.acquireUninterruptibly();
            return batch.stream().map(Gated::answer).toList();
        }

        private static String answer(String item) {
            if (item.contains("poison")) {
                throw new IllegalStateException("poisoned");
            }
            return item.toUpperCase(java.util.Locale.ROOT);
        }
    }

    @AfterEach
    void close() {
        kernel.gate.release(1000);
        opened.forEach(Batcher::close);
    }

    @Test
    void joinsWhatWaitsIntoOneBatch() throws Exception {
        Batcher<String, String> batcher = batcher(LIMITS);
        CompletableFuture<Computed<String>> first = submit(batcher, "a0");
        assertThat(kernel.started.take()).containsExactly("a0");
        List<CompletableFuture<Computed<String>>> rest =
                IntStream.range(1, 7).mapToObj(i -> submit(batcher, "a" + i)).toList();
        kernel.gate.release(3);
        assertThat(first.get().value()).isEqualTo("A0");
        assertThat(kernel.started.take()).containsExactly("a1", "a2", "a3", "a4");
        assertThat(kernel.started.take()).containsExactly("a5", "a6");
        assertThat(rest.get(5).get().value()).isEqualTo("A6");
        assertThat(registry.get("sensorium.batch.size").summary().max()).isEqualTo(4);
    }

    @Test
    void keepsGroupsApartAndServesThemInTurn() throws Exception {
        Batcher<String, String> batcher = batcher(LIMITS);
        submit(batcher, "x");
        kernel.started.take();
        for (String item : List.of("a1", "a2", "a3", "a4", "a5", "b1")) {
            submit(batcher, item);
        }
        kernel.gate.release(4);
        assertThat(kernel.started.take()).containsExactly("a1", "a2", "a3", "a4");
        assertThat(kernel.started.take()).containsExactly("b1");
        assertThat(kernel.started.take()).containsExactly("a5");
    }

    @Test
    void countsRowsAndLetsAnOversizeItemGoAlone() throws Exception {
        Batcher<String, String> batcher = batcher(new BatchLimits(2, Duration.ZERO, 8, 16));
        submit(batcher, "x");
        kernel.started.take();
        for (String item : List.of("a wide", "a1", "a2", "a3")) {
            submit(batcher, item);
        }
        kernel.gate.release(4);
        assertThat(kernel.started.take()).containsExactly("a wide");
        assertThat(kernel.started.take()).containsExactly("a1", "a2");
        assertThat(kernel.started.take()).containsExactly("a3");
    }

    @Test
    void aBulkCallerDoesNotStarveASingle() throws Exception {
        Batcher<String, String> batcher = batcher(new BatchLimits(2, Duration.ZERO, 64, 2));
        submit(batcher, "x");
        kernel.started.take();
        Caller bulk = new Caller();
        for (int i = 0; i < 10; i++) {
            batcher.submit(bulk, supply("a" + i));
        }
        submit(batcher, "a single");
        kernel.gate.release(20);
        assertThat(kernel.started.take()).containsExactly("a0", "a1");
        assertThat(kernel.started.take()).contains("a single");
    }

    @Test
    void waitsForABatchToFillWhenToldTo() throws Exception {
        Batcher<String, String> batcher = batcher(new BatchLimits(2, Duration.ofDays(1), 8, 16));
        submit(batcher, "a1");
        submit(batcher, "b1");
        submit(batcher, "b2");
        kernel.gate.release(2);
        assertThat(kernel.started.take()).containsExactly("b1", "b2");
        submit(batcher, "a2");
        assertThat(kernel.started.take()).containsExactly("a1", "a2");
    }

    @Test
    void runsAnUnfilledBatchWhenItsTimeIsOver() throws Exception {
        Batcher<String, String> batcher = batcher(new BatchLimits(2, Duration.ofMillis(1), 8, 16));
        kernel.gate.release(1);
        assertThat(submit(batcher, "a1").get().value()).isEqualTo("A1");
    }

    @Test
    void aPoisonousItemFailsAlone() throws Exception {
        Batcher<String, String> batcher = batcher(LIMITS);
        submit(batcher, "x");
        kernel.started.take();
        CompletableFuture<Computed<String>> good = submit(batcher, "a1");
        CompletableFuture<Computed<String>> bad = submit(batcher, "a poison");
        CompletableFuture<Computed<String>> last = submit(batcher, "a2");
        kernel.gate.release(20);
        assertThat(good.get().value()).isEqualTo("A1");
        assertThat(last.get().value()).isEqualTo("A2");
        assertThatThrownBy(bad::get).isInstanceOf(ExecutionException.class).hasRootCauseMessage("poisoned");
    }

    @Test
    void whatCannotBePreparedFailsAlone() throws Exception {
        Batcher<String, String> batcher = batcher(LIMITS);
        kernel.gate.release(20);
        CompletableFuture<Computed<String>> bad = batcher.submit(new Caller(), () -> {
            throw new IllegalStateException("unreadable");
        });
        assertThatThrownBy(bad::get).hasRootCauseMessage("unreadable");
        assertThat(submit(batcher, "a1").get().value()).isEqualTo("A1");
        assertThat(batcher.waiting()).isZero();
    }

    @Test
    void aCancelledItemIsNeverComputed() throws Exception {
        Batcher<String, String> batcher = batcher(LIMITS);
        submit(batcher, "x");
        kernel.started.take();
        CompletableFuture<Computed<String>> cancelled = submit(batcher, "a1");
        CompletableFuture<Computed<String>> kept = submit(batcher, "a2");
        cancelled.cancel(false);
        assertThat(batcher.waiting()).isEqualTo(1);
        kernel.gate.release(2);
        assertThat(kept.get().value()).isEqualTo("A2");
        assertThat(kernel.started.take()).containsExactly("a2");
        assertThat(registry.get("sensorium.queue.cancelled").counter().count()).isEqualTo(1);
    }

    @Test
    void anItemCancelledBeforeItIsPreparedIsNotPrepared() throws Exception {
        Batcher<String, String> batcher = batcher(new BatchLimits(1, Duration.ZERO, 8, 1));
        submit(batcher, "x");
        kernel.started.take();
        submit(batcher, "a1");
        List<String> prepared = new ArrayList<>();
        CompletableFuture<Computed<String>> cancelled = batcher.submit(new Caller(), () -> {
            prepared.add("a2");
            return "a2";
        });
        CompletableFuture<Computed<String>> last = submit(batcher, "a3");
        cancelled.cancel(false);
        kernel.gate.release(9);
        assertThat(last.get().value()).isEqualTo("A3");
        assertThat(prepared).isEmpty();
    }

    @Test
    void turnsNewCallersAwayWhenTheQueueIsFull() throws Exception {
        Batcher<String, String> batcher = batcher(new BatchLimits(1, Duration.ZERO, 2, 1));
        submit(batcher, "x");
        kernel.started.take();
        Caller inside = new Caller();
        batcher.submit(inside, supply("a1"));
        submit(batcher, "a2");
        assertThatThrownBy(() -> submit(batcher, "a3")).isInstanceOfSatisfying(ServiceException.class, e -> {
            assertThat(e.reason()).isEqualTo("QUEUE_FULL");
            assertThat(e).hasMessage("queue: 2 items wait for the model (expected: < 2)");
            assertThat(e.retryAfter()).isNotNull();
        });
        CompletableFuture<Computed<String>> next = batcher.submit(inside, supply("a4"));
        kernel.gate.release(9);
        assertThat(next.get().value()).isEqualTo("A4");
        assertThat(registry.get("sensorium.queue.rejected").counter().count()).isEqualTo(1);
    }

    @Test
    void closingAnswersWhatWaitsAndTakesNothingMore() {
        Batcher<String, String> batcher = batcher(new BatchLimits(4, Duration.ofDays(1), 8, 16));
        CompletableFuture<Computed<String>> waiting = submit(batcher, "a1");
        kernel.gate.release(1);
        batcher.close();
        assertThat(waiting.join().value()).isEqualTo("A1");
        assertThatThrownBy(() -> submit(batcher, "a2")).isInstanceOf(ServiceException.class);
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void modelsShareADevice() throws Exception {
        Batcher<String, String> one = batcher(LIMITS);
        Batcher<String, String> other = batcher(LIMITS);
        submit(one, "a1");
        kernel.started.take();
        CompletableFuture<Computed<String>> second = submit(other, "b1");
        assertThat(second).isNotDone();
        assertThat(kernel.started).isEmpty();
        kernel.gate.release(2);
        assertThat(second.get().value()).isEqualTo("B1");
    }

    @Test
    void preparesOnlySoFarAhead() throws Exception {
        BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
        Batcher<String, String> batcher = batcher(new BatchLimits(2, Duration.ZERO, 64, 3), tasks::add);
        Caller caller = new Caller();
        for (int i = 0; i < 10; i++) {
            batcher.submit(caller, supply("a" + i));
        }
        assertThat(tasks).hasSize(3);
        kernel.gate.release(99);
        for (int i = 0; i < 10; i++) {
            tasks.take().run();
        }
    }

    private CompletableFuture<Computed<String>> submit(Batcher<String, String> batcher, String item) {
        return batcher.submit(new Caller(), supply(item));
    }

    private static Supplier<String> supply(String item) {
        return () -> item;
    }

    /** A batcher whose items are prepared at once, on the submitting thread. */
    private Batcher<String, String> batcher(BatchLimits limits) {
        return batcher(limits, Runnable::run);
    }

    private Batcher<String, String> batcher(BatchLimits limits, Executor preparers) {
        BatchMeters meters = new BatchMeters(registry, "echo/" + opened.size(), "embed");
        Batcher<String, String> batcher =
                new Batcher<>("test", kernel, limits, new Batcher.Resources(broker, Device.cpu(), preparers, meters));
        opened.add(batcher);
        return batcher;
    }
}
