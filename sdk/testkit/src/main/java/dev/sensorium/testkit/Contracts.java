package dev.sensorium.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.Steps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;

/** What the contracts of all capabilities share. */
final class Contracts {

    private static final int PARALLEL_CALLERS = 8;
    private static final int LONGEST_WAIT_SECONDS = 60;

    private Contracts() {}

    static Model load(ModelContract contract) {
        return contract.provider().load(contract.spec());
    }

    /** Returns the spec of a checkpoint in another folder. */
    static ModelSpec at(Path folder, ModelSpec spec) {
        return new ModelSpec(spec.id(), folder, spec.device(), spec.limits(), spec.settings());
    }

    static List<Path> weightFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".safetensors"))
                    .filter(file -> !file.endsWith(Golden.FILE))
                    .sorted()
                    .toList();
        }
    }

    /** Asserts that a call is refused for one of these reasons, in a message fit for the caller that holds a word. */
    static void assertRefused(String what, ThrowingCallable call, Set<Reason> reasons, String word) {
        Throwable thrown = Assertions.catchThrowable(call);
        assertThat(thrown).as("%s must be refused by a ModelException", what).isInstanceOf(ModelException.class);
        assertThat(((ModelException) thrown).reason())
                .as("reason for the refusal of %s (\"%s\")", what, thrown.getMessage())
                .isIn(reasons);
        assertThat(thrown.getMessage())
                .as("message for the refusal of %s: it reaches the caller, so no paths", what)
                .contains(word)
                .doesNotContain(System.getProperty("java.io.tmpdir"), System.getProperty("user.dir"));
    }

    /** Asserts that a call is refused for one of these reasons, at a part of the request whose name begins so. */
    static void assertRefusedAt(String what, ThrowingCallable call, Set<Reason> reasons, String part) {
        assertRefused(what, call, reasons, part);
        assertThat(Assertions.catchThrowable(call))
                .as("part to blame for the refusal of %s (ModelException.at)", what)
                .extracting(failure -> ((ModelException) failure).part(), Assertions.STRING)
                .startsWith(part);
    }

    /** Pulls all steps, and once more. */
    static <T> List<T> all(Steps<T> stream) throws InterruptedException {
        try (stream) {
            List<T> steps = new ArrayList<>();
            for (Optional<T> step = stream.next(); step.isPresent(); step = stream.next()) {
                steps.add(step.get());
            }
            assertThat(stream.next()).as("next() after the end must stay empty").isEmpty();
            return steps;
        }
    }

    /** Waits for an action. */
    static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** Waits for an action, and returns what it failed with, or null. */
    static @Nullable Throwable failure(CompletionStage<?> stage) {
        try {
            join(stage);
            return null;
        } catch (CancellationException e) {
            return e;
        } catch (CompletionException e) {
            return e.getCause();
        }
    }

    /** Runs a function on each input many times at once, and returns the results by input. */
    static <T, R> List<List<R>> inParallel(List<T> inputs, Function<T, R> function) throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(PARALLEL_CALLERS);
        try {
            List<Callable<R>> calls = new ArrayList<>();
            for (int k = 0; k < PARALLEL_CALLERS; k++) {
                inputs.forEach(input -> calls.add(() -> function.apply(input)));
            }
            List<Future<R>> futures = pool.invokeAll(calls);
            List<List<R>> results = new ArrayList<>();
            for (int i = 0; i < inputs.size(); i++) {
                List<R> ofInput = new ArrayList<>();
                for (int k = i; k < futures.size(); k += inputs.size()) {
                    ofInput.add(futures.get(k).get());
                }
                results.add(ofInput);
            }
            return results;
        } catch (ExecutionException e) {
            throw new AssertionError("a call failed beside other calls, which must not disturb it", e.getCause());
        } finally {
            pool.shutdown();
        }
    }
}
