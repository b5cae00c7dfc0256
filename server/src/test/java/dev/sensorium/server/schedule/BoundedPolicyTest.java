package dev.sensorium.server.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sensorium.server.ServiceException;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Policy;
import dev.sensorium.spi.Policy.Action;
import dev.sensorium.spi.Policy.Observation;
import dev.sensorium.spi.Policy.Task;
import dev.sensorium.spi.Space;
import dev.sensorium.spi.Value.Numbers;
import io.grpc.Status;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Episodes are bounded, and what is refused, given up or failed takes no place. */
@Timeout(60)
class BoundedPolicyTest {

    private static final Observation SEEN = Observation.of(Map.of("see", Numbers.of(0)));
    private static final Action DONE = new Action(Map.of("do", Numbers.of(1)));

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final Notebook model = new Notebook();

    /** A policy that notes what it is asked; its actions come when the test says so. */
    private static final class Notebook implements Policy {
        final List<String> closed = new ArrayList<>();
        final CompletableFuture<Action> action = new CompletableFuture<>();
        ClassLoader loader = Notebook.class.getClassLoader();

        @Override
        public Episode open(Task task) {
            loader = Thread.currentThread().getContextClassLoader();
            String name = task.instruction();
            if (name.equals("refused")) {
                throw new ModelException(Reason.CAPACITY, "slots: none (expected: one)");
            }
            return new Episode() {
                @Override
                public CompletionStage<Action> act(Observation observation) {
                    if (name.equals("broken")) {
                        throw new IllegalStateException("broken");
                    }
                    return action;
                }

                @Override
                public void close() {
                    closed.add(name);
                }
            };
        }
    }

    private BoundedPolicy policy(int episodes, Executor preparers) {
        PolicyMeters meters = new PolicyMeters(registry, "notebook/1");
        return new BoundedPolicy(
                model,
                new PluginCode(ClassLoader.getPlatformClassLoader()),
                episodes,
                new BoundedPolicy.Resources(preparers, meters));
    }

    private static Task task(String name) {
        return Task.of(name, Map.of("see", new Space.Discrete(2)), Map.of("do", new Space.Discrete(2)));
    }

    private double counted(String name) {
        return registry.get("sensorium.policy." + name).counter().count();
    }

    @Test
    void actionsComeWithTheTimesThatTheyTook() throws Exception {
        BoundedPolicy policy = policy(1, Runnable::run);
        BoundedEpisode episode = policy.open(task("a")).get();
        assertThat(model.loader).isEqualTo(ClassLoader.getPlatformClassLoader());
        CompletableFuture<BoundedEpisode.Acted> acted = episode.act(SEEN, System.nanoTime());
        assertThat(acted).isNotDone();
        model.action.complete(DONE);
        assertThat(acted.get().action()).isEqualTo(DONE);
        assertThat(acted.get().queueNanos()).isNotNegative();
        assertThat(acted.get().computeNanos()).isPositive();
        assertThat(registry.get("sensorium.policy.compute.time").timer().count())
                .isEqualTo(1);
        episode.close();
        episode.close();
        assertThat(model.closed).containsExactly("a");
        assertThat(policy.open()).isZero();
    }

    @Test
    void tooManyAreTurnedAway() throws Exception {
        BoundedPolicy policy = policy(2, Runnable::run);
        BoundedEpisode first = policy.open(task("a")).get();
        policy.open(task("b")).get();
        assertThatThrownBy(() -> policy.open(task("c")))
                .isInstanceOfSatisfying(ServiceException.class, e -> {
                    assertThat(e.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                    assertThat(e.retryAfter()).isNotNull();
                })
                .hasMessage("episodes: 2 are open (expected: < 2)");
        first.close();
        policy.open(task("c")).get();
        assertThat(counted("opened")).isEqualTo(3);
        assertThat(counted("refused")).isEqualTo(1);
    }

    @Test
    void whatTheModelRefusesTakesNoPlace() {
        BoundedPolicy policy = policy(1, Runnable::run);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> policy.open(task("refused")).get())
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseMessage("slots: none (expected: one)");
        }
        assertThat(policy.open()).isZero();
        assertThat(counted("refused")).isEqualTo(2);
    }

    @Test
    void whatIsGivenUpBeforeItIsOpenNeverReachesTheModel() {
        List<Runnable> prepared = new ArrayList<>();
        BoundedPolicy policy = policy(1, prepared::add);
        policy.open(task("a")).cancel(false);
        assertThat(policy.open()).isEqualTo(1);
        prepared.forEach(Runnable::run);
        assertThat(policy.open()).isZero();
        assertThat(counted("opened")).isZero();
    }

    @Test
    void aFaultOfTheModelFailsTheActionAlone() throws Exception {
        BoundedEpisode episode = policy(1, Runnable::run).open(task("broken")).get();
        assertThatThrownBy(() -> episode.act(SEEN, 0).get()).hasRootCauseMessage("broken");
        model.action.completeExceptionally(new ModelException(Reason.NOT_FINITE, "logits: NaN"));
        BoundedEpisode other = policy(1, Runnable::run).open(task("b")).get();
        assertThatThrownBy(() -> other.act(SEEN, 0).get()).hasRootCauseMessage("logits: NaN");
    }

    @Test
    void closingWaitsForOpenEpisodesAndTakesNoMore() throws Exception {
        BoundedPolicy policy = policy(2, Runnable::run);
        BoundedEpisode episode = policy.open(task("a")).get();
        Thread closing = new Thread(policy::close);
        closing.start();
        while (closing.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertThatThrownBy(() -> policy.open(task("b")))
                .isInstanceOfSatisfying(
                        ServiceException.class, e -> assertThat(e.code()).isEqualTo(Status.Code.UNAVAILABLE));
        episode.close();
        closing.join();
        assertThat(registry.getMeters()).isEmpty();
    }
}
