package dev.sensorium.kit.decode;

import static dev.sensorium.kit.decode.TinyLoop.OPTIONS;
import static dev.sensorium.kit.decode.TinyLoop.all;
import static dev.sensorium.kit.decode.TinyLoop.picture;
import static dev.sensorium.kit.decode.TinyLoop.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.Steps;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SlowReaderTest extends LoopTest {

    private static final int COUNT = 2 * Channel.BOUND;

    @Test
    void pausesItselfAloneAndMissesNothing() throws InterruptedException {
        Steps<Step> slow = loop.generate(1, COUNT, picture(1));
        for (int i = 0; i < 3; i++) {
            assertThat(tokens(all(loop.generate(2, COUNT, picture(2))))).hasSize(COUNT);
        }
        loop.awaitRunning(1);
        long steps = awaitRest();
        assertThat(tokens(all(slow))).isEqualTo(loop.alone(1, COUNT, picture(1)));
        assertThat(loop.loop.status().steps() - steps)
                .as("steps that were still to be done")
                .isEqualTo(COUNT - (Channel.BOUND - 1));
        loop.assertIdle();
    }

    /** All places are taken by readers that are behind, so that nothing goes on but by who leaves. */
    @Test
    @Timeout(60)
    void leavesItsPlaceToTheNextAtOnce() throws InterruptedException {
        List<Steps<Step>> slow = IntStream.range(0, OPTIONS.slots())
                .mapToObj(i -> loop.generate(i, Channel.BOUND + 2, picture(i)))
                .toList();
        loop.awaitRunning(OPTIONS.slots());
        awaitRest();
        Steps<Step> next = loop.generate(7, 5, picture(2));
        awaitRest();
        assertThat(loop.loop.status().waiting()).isEqualTo(1);

        slow.get(0).close();

        assertThat(tokens(all(next))).isEqualTo(loop.alone(7, 5, picture(2)));
        slow.forEach(Steps::close);
        loop.assertIdle();
    }

    /** Returns how many steps were done when none is done any more. */
    private long awaitRest() throws InterruptedException {
        long steps = -1;
        while (steps != loop.loop.status().steps()) {
            steps = loop.loop.status().steps();
            Thread.sleep(200);
        }
        return steps;
    }
}
