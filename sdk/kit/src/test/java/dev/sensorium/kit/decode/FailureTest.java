package dev.sensorium.kit.decode;

import static dev.sensorium.kit.decode.TinyLoop.all;
import static dev.sensorium.kit.decode.TinyLoop.picture;
import static dev.sensorium.kit.decode.TinyLoop.prompt;
import static dev.sensorium.kit.decode.TinyLoop.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Steps;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class FailureTest extends LoopTest {

    @Test
    void aSearchThatFailsEndsItsOwnRequest() throws InterruptedException {
        Search failing = new Failing(new Greedy(9), 5);
        Steps<Step> steps = loop.loop.generate(opening(1, picture(1)), failing, 9, TinyLoop.output());
        Steps<Step> other = loop.generate(2, 9, picture(2));
        assertThat(failure(steps)).hasMessage("the request failed").hasRootCauseMessage("at step 5");
        assertThat(tokens(all(other))).isEqualTo(loop.alone(2, 9, picture(2)));
        loop.assertIdle();
    }

    @Test
    void aPictureThatFailsEndsItsOwnRequests() throws InterruptedException {
        holdTheLoop(() -> {
            List<Steps<Step>> good = List.of(loop.generate(1, 5, picture(1)), loop.generate(2, 5, picture(2)));
            Steps<Step> bad = loop.generate(3, 5, new Picture(Pictures.BROKEN, 3, "broken"));
            Steps<Step> same = loop.generate(4, 5, new Picture(Pictures.BROKEN, 3, "broken"));
            return () -> {
                assertThat(failure(bad)).hasRootCauseMessage("no such picture");
                assertThat(failure(same)).hasRootCauseMessage("no such picture");
                assertThat(tokens(all(good.get(0)))).isEqualTo(loop.alone(1, 5, picture(1)));
                assertThat(tokens(all(good.get(1)))).isEqualTo(loop.alone(2, 5, picture(2)));
            };
        });
    }

    @Test
    void whatIsNotFiniteEndsItsOwnRequestAndLeavesNoTrace() throws InterruptedException {
        Picture poisoned = new Picture(Pictures.POISONED, 5, null);
        for (int round = 0; round < 10; round++) {
            int seed = round;
            holdTheLoop(() -> {
                List<Steps<?>> bad = new ArrayList<>();
                List<Steps<Step>> good = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    bad.add(greedy(seed + i, poisoned));
                    good.add(loop.generate(seed + i, 9, picture(i)));
                    bad.add(loop.loop.score(opening(seed + i, poisoned).get(0), List.of(prompt(i), prompt(i + 1))));
                }
                return () -> {
                    for (Steps<?> steps : bad) {
                        assertThat(failure(steps).reason()).isEqualTo(Reason.NOT_FINITE);
                    }
                    for (int i = 0; i < 4; i++) {
                        assertThat(tokens(all(good.get(i)))).isEqualTo(loop.alone(seed + i, 9, picture(i)));
                    }
                };
            });
        }
    }

    @Test
    void aPromptThatIsCancelledHalfReadLeavesNoTrace() throws InterruptedException {
        Picture poisoned = new Picture(Pictures.POISONED, 5, null);
        for (int i = 0; i < 10; i++) {
            Steps<Step> steps = loop.loop.generate(
                    List.of(new Opening(new int[100], poisoned)), new Greedy(2), 2, TinyLoop.output());
            steps.next();
            steps.close();
            List<Step> next = all(loop.generate(i, 9, picture(i)));
            assertThat(tokens(next)).isEqualTo(loop.alone(i, 9, picture(i)));
        }
        loop.assertIdle();
    }

    @Test
    void refusesMoreThanMayWait() throws InterruptedException {
        holdTheLoop(() -> {
            List<Steps<Step>> waiting = new ArrayList<>();
            for (int i = 0; i < TinyLoop.OPTIONS.waiting(); i++) {
                waiting.add(loop.generate(i, 1, picture(i)));
            }
            ModelException refusal = refusal(99);
            assertThat(refusal.reason()).isEqualTo(Reason.CAPACITY);
            assertThat(refusal).hasMessage("requests: 64 wait (expected: < 64)");
            waiting.remove(0).close();
            waiting.add(loop.generate(99, 1, picture(99)));
            assertThat(refusal(100).reason()).isEqualTo(Reason.CAPACITY);
            return () -> {
                for (Steps<Step> steps : waiting) {
                    assertThat(tokens(all(steps))).hasSize(1);
                }
            };
        });
    }

    @Test
    void refusesWhatThereIsNeverRoomFor() {
        assertThatThrownBy(() -> loop.generate(1, 2000, picture(1)))
                .isInstanceOf(ModelException.class)
                .hasMessage("blocks of tokens: 502 (expected: <= 150)");
        assertThatThrownBy(() -> loop.generate(1, 1, new Picture(1, 100, null)))
                .isInstanceOf(ModelException.class)
                .hasMessage("blocks of states: 34 (expected: <= 20)");
        Search wide = new Wandering(prompt(1), 7, 2, 1);
        assertThatThrownBy(() -> loop.loop.generate(opening(1, picture(1)), wide, 2, TinyLoop.output()))
                .isInstanceOf(ModelException.class)
                .hasMessage("rows: 7 (expected: <= 6)");
    }

    @Test
    void closingEndsAllThatRunOrWait() throws InterruptedException {
        List<Steps<?>> steps = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            steps.add(loop.generate(i, 150, picture(i)));
            steps.add(loop.loop.score(opening(i, picture(i)).get(0), List.of(prompt(i))));
        }
        steps.get(0).next();
        loop.loop.close();
        int failed = 0;
        for (Steps<?> one : steps) {
            try {
                all(one);
            } catch (ModelException e) {
                assertThat(e).hasMessage("the model is being closed");
                failed++;
            }
        }
        assertThat(failed).isPositive();
        assertThat(loop.loop.status().waiting()).isZero();
        loop.assertIdle();
        assertThatThrownBy(() -> loop.generate(1, 1, picture(1))).isInstanceOf(IllegalStateException.class);
    }

    private interface Check {
        void run() throws InterruptedException;
    }

    private interface Requests {
        Check submit() throws InterruptedException;
    }

    /** Submits requests while the loop is busy with another one, so that it finds them together. */
    private void holdTheLoop(Requests requests) throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Search holding = new Holding(held, go);
        Steps<Step> holder = loop.loop.generate(opening(1, picture(1)), holding, 1, TinyLoop.output());
        held.await();
        Check check;
        try {
            check = requests.submit();
        } finally {
            go.countDown();
        }
        all(holder);
        check.run();
        loop.assertIdle();
    }

    private ModelException refusal(int seed) {
        return catchThrowableOfType(ModelException.class, () -> loop.generate(seed, 1, picture(seed)));
    }

    static ModelException failure(Steps<?> steps) {
        return catchThrowableOfType(ModelException.class, () -> all(steps));
    }

    private Steps<Step> greedy(int seed, Picture picture) {
        Search search = Searches.of(Decoding.greedy(9), TinyLoop.VOCABULARY, prompt(seed));
        return loop.loop.generate(opening(seed, picture), search, 9, TinyLoop.output());
    }

    private static List<Opening> opening(int seed, Picture picture) {
        return List.of(new Opening(prompt(seed), picture));
    }
}
