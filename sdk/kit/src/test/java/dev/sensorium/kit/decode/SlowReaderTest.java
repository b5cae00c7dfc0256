package dev.sensorium.kit.decode;

import static dev.sensorium.kit.decode.TinyLoop.all;
import static dev.sensorium.kit.decode.TinyLoop.picture;
import static dev.sensorium.kit.decode.TinyLoop.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.Steps;
import org.junit.jupiter.api.Test;

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
