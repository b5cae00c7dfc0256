package dev.sensorium.server.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sensorium.server.ServiceException;
import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Generator;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import io.grpc.Status;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Generations wait for their turn in order, and what is refused or cancelled takes no place. */
@Timeout(60)
class GenerationQueueTest {

    private final Notebook model = new Notebook();
    private final MeterRegistry registry = new SimpleMeterRegistry();

    /** A generator that notes what it is asked; its generations are an end and nothing else. */
    private static final class Notebook implements Generator {
        final List<String> asked = new ArrayList<>();
        final List<String> closed = new ArrayList<>();
        ClassLoader loader = Notebook.class.getClassLoader();

        @Override
        public Set<Modality> promptable() {
            return Set.of(Modality.TEXT);
        }

        @Override
        public Set<Prompt.Task> tasks() {
            return Set.of(Prompt.Task.GENERATE);
        }

        @Override
        public Decoding defaults() {
            return Decoding.greedy(1);
        }

        @Override
        public Steps<Step> generate(Prompt prompt, Decoding decoding, PrepareOptions options) {
            String name = ((Text) prompt.contents().get(0)).value();
            asked.add(name);
            loader = Thread.currentThread().getContextClassLoader();
            if (name.equals("refused")) {
                throw new ModelException(Reason.CAPACITY, "slots: none (expected: one)");
            }
            return new Ending(name, closed);
        }

        @Override
        public Steps<Score> score(Prompt prompt, List<Text> continuations, PrepareOptions options) {
            throw new UnsupportedOperationException();
        }
    }

    private record Ending(String name, List<String> closed) implements Steps<Generator.Step> {

        @Override
        public Optional<Generator.Step> next() {
            if (name.equals("broken")) {
                throw new IllegalStateException("broken");
            }
            return Optional.of(new Generator.End(Generator.FinishReason.STOP, new Generator.Usage(1, 0, 0, 0, 0)));
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
            closed.add(name);
        }
    }

    @Test
    void whoCameFirstIsServedFirstUnderFourTimesTheLoad() {
        GenerationQueue queue = queue(2, 8);
        List<CompletableFuture<Generation<Generator.Step>>> calls =
                IntStream.range(0, 8).mapToObj(i -> ask(queue, "call " + i)).toList();
        assertThat(queue.live()).isEqualTo(2);
        assertThat(queue.waiting()).isEqualTo(6);

        calls.forEach(call -> call.join().nextReady());

        assertThat(model.asked)
                .containsExactly("call 0", "call 1", "call 2", "call 3", "call 4", "call 5", "call 6", "call 7");
        assertThat(model.closed).hasSize(8);
        assertThat(queue.live()).isZero();
        assertThat(counter("finished")).isEqualTo(8);
    }

    @Test
    void whoFindsNoRoomIsTurnedAway() {
        GenerationQueue queue = queue(1, 1);
        CompletableFuture<Generation<Generator.Step>> first = ask(queue, "first");
        ask(queue, "second");
        assertThatThrownBy(() -> ask(queue, "third")).isInstanceOfSatisfying(ServiceException.class, e -> {
            assertThat(e.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(e.reason()).isEqualTo("QUEUE_FULL");
            assertThat(e)
                    .hasMessage("queue: 1 generations are under way and 1 wait for the model (expected: < 1 and < 1)");
            assertThat(e.retryAfter()).isNotNull();
        });
        first.join().close();
        ask(queue, "fourth");
        assertThat(model.asked).containsExactly("first", "second");
        assertThat(counter("refused")).isEqualTo(1);
    }

    @Test
    void whoIsLetInOnceIsNotTurnedAwayHalfway() {
        GenerationQueue queue = queue(1, 1);
        Caller caller = new Caller();
        CompletableFuture<Generation<Generator.Step>> first = ask(queue, caller, "first");
        List<CompletableFuture<Generation<Generator.Step>>> rest = IntStream.range(0, 4)
                .mapToObj(i -> ask(queue, caller, "picture " + i))
                .toList();
        assertThat(queue.waiting()).isEqualTo(4);
        assertThatThrownBy(() -> ask(queue, "another")).isInstanceOf(ServiceException.class);
        first.join().close();
        rest.forEach(one -> one.join().close());
        assertThat(queue.live()).isZero();
    }

    @Test
    void whatIsCancelledWhileItWaitsIsNeverAsked() {
        GenerationQueue queue = queue(1, 8);
        CompletableFuture<Generation<Generator.Step>> first = ask(queue, "first");
        CompletableFuture<Generation<Generator.Step>> cancelled = ask(queue, "cancelled");
        ask(queue, "last");

        cancelled.cancel(false);
        assertThat(queue.waiting()).isEqualTo(1);
        first.join().close();

        assertThat(model.asked).containsExactly("first", "last");
        assertThat(counter("cancelled")).isEqualTo(2);
    }

    @Test
    void whatIsCancelledWhileItIsPreparedIsClosed() throws Exception {
        BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
        GenerationQueue queue = queue(1, 8, tasks::add);
        CompletableFuture<Generation<Generator.Step>> before = ask(queue, "before");
        before.cancel(false);
        tasks.take().run();
        assertThat(model.asked).isEmpty();
        assertThat(queue.live()).isZero();

        CompletableFuture<Generation<Generator.Step>> meanwhile = ask(queue, "meanwhile");
        Runnable preparing = tasks.take();
        meanwhile.whenComplete((generation, failure) -> {});
        preparing.run();
        meanwhile.join().close();
        assertThat(model.closed).containsExactly("meanwhile");
        assertThat(queue.live()).isZero();
    }

    @Test
    void aRefusalOfTheModelTakesNoPlace() {
        GenerationQueue queue = queue(1, 8);
        CompletableFuture<Generation<Generator.Step>> refused = ask(queue, "refused");
        assertThatThrownBy(refused::get)
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("slots: none (expected: one)");
        assertThat(queue.live()).isZero();
        assertThat(counter("refused")).isEqualTo(1);
    }

    @Test
    void aFailureAndACloseGiveThePlaceBackOnce() {
        GenerationQueue queue = queue(2, 8);
        Generation<Generator.Step> broken = ask(queue, "broken").join();
        assertThatThrownBy(broken::nextReady).hasMessage("broken");
        broken.close();
        Generation<Generator.Step> closed = ask(queue, "closed").join();
        closed.close();
        closed.close();
        assertThat(queue.live()).isZero();
        assertThat(model.closed).containsExactly("broken", "closed");
        assertThat(counter("failed")).isEqualTo(1);
        assertThat(counter("cancelled")).isEqualTo(1);
    }

    @Test
    void theModelIsCalledAsAPluginIsToBeCalled() {
        ClassLoader loader = new ClassLoader() {};
        GenerationMeters meters = new GenerationMeters(registry, "sensorium.generation.", "other/1");
        GenerationQueue queue = new GenerationQueue(
                new PluginCode(loader),
                new GenerationLimits(1, 1),
                new GenerationQueue.Resources(Runnable::run, meters));
        ask(queue, "first").join().close();
        assertThat(model.loader).isSameAs(loader);
    }

    @Test
    void closingWaitsForWhatIsUnderWayAndTakesNothingMore() throws Exception {
        GenerationQueue queue = queue(1, 8);
        Generation<Generator.Step> underWay = ask(queue, "under way").join();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(queue::close);
        while (isOpen(queue)) {
            Thread.onSpinWait();
        }
        assertThat(closing).isNotDone();
        underWay.close();
        closing.get();
        assertThat(registry.getMeters()).isEmpty();
    }

    private boolean isOpen(GenerationQueue queue) {
        try {
            ask(queue, "more").cancel(false);
            return true;
        } catch (ServiceException e) {
            assertThat(e.reason()).isEqualTo("MODEL_CLOSED");
            return false;
        }
    }

    private CompletableFuture<Generation<Generator.Step>> ask(GenerationQueue queue, String name) {
        return ask(queue, new Caller(), name);
    }

    private CompletableFuture<Generation<Generator.Step>> ask(GenerationQueue queue, Caller caller, String name) {
        Prompt prompt = Prompt.of(Prompt.Task.GENERATE, List.of(new Text(name)));
        return queue.submit(caller, () -> model.generate(prompt, Decoding.greedy(1), PrepareOptions.DEFAULT));
    }

    private double counter(String name) {
        return registry.get("sensorium.generation." + name).counter().count();
    }

    /** A queue whose generations are prepared at once, on the submitting thread. */
    private GenerationQueue queue(int live, int waiting) {
        return queue(live, waiting, Runnable::run);
    }

    private GenerationQueue queue(int live, int waiting, Executor preparers) {
        GenerationMeters meters = new GenerationMeters(registry, "sensorium.generation.", "notebook/1");
        return new GenerationQueue(
                new PluginCode(Notebook.class.getClassLoader()),
                new GenerationLimits(live, waiting),
                new GenerationQueue.Resources(preparers, meters));
    }
}
