package dev.sensorium.kit.decode;

import static dev.sensorium.kit.decode.TinyLoop.all;
import static dev.sensorium.kit.decode.TinyLoop.picture;
import static dev.sensorium.kit.decode.TinyLoop.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.kit.nn.TinyDecoder;
import dev.sensorium.spi.Steps;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

class CancelTest extends LoopTest {

    private static final int CANCELS = 1000;
    private static final int CALLERS = 8;

    @Test
    void aThousandCancelsAtAnyMomentLeaveNothingBehind() throws Exception {
        all(loop.generate(1, 4, picture(1)));
        loop.assertIdle();
        long pointers = Pointer.totalCount();
        long bytes = Pointer.totalBytes();

        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        List<? extends Future<?>> calls = IntStream.range(0, CANCELS)
                .mapToObj(i -> callers.submit(() -> startAndCancel(i)))
                .toList();
        for (Future<?> call : calls) {
            call.get();
        }
        callers.shutdown();

        loop.assertIdle();
        assertThat(loop.loop.status().waiting()).isZero();
        assertThat(Pointer.totalCount()).as("native objects").isEqualTo(pointers);
        assertThat(Pointer.totalBytes()).as("native bytes").isEqualTo(bytes);
        assertThat(TinyLoop.tokens(all(loop.generate(1, 9, picture(1))))).isEqualTo(loop.alone(1, 9, picture(1)));
    }

    /** Closes after some steps or some time: while it waits, is encoded, read, decoded, or pauses. */
    private Object startAndCancel(int seed) throws InterruptedException {
        Random random = new Random(seed);
        try (Steps<?> steps = start(seed, random)) {
            for (int i = random.nextInt(4); i > 0; i--) {
                Optional<?> step = steps.next();
                assertThat(step).isPresent();
            }
            Thread.sleep(random.nextInt(seed % 20 == 0 ? 200 : 20));
            return steps;
        }
    }

    private Steps<?> start(int seed, Random random) {
        Opening opening = new Opening(prompt(seed), picture(seed));
        int rows = 1 + random.nextInt(4);
        return switch (random.nextInt(3)) {
            case 0 ->
                loop.loop.score(opening, List.of(prompt(seed + 1), prompt(seed + 2), TinyDecoder.tokens(9, seed)));
            case 1 -> {
                Search search = new Wandering(prompt(seed), rows, 20, seed);
                yield loop.loop.generate(List.of(opening), search, 20, TinyLoop.output());
            }
            default -> loop.generate(seed, 150, picture(seed));
        };
    }
}
