package dev.sensorium.kit.decode;

import static dev.sensorium.kit.decode.TinyLoop.all;
import static dev.sensorium.kit.decode.TinyLoop.picture;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.kit.nn.Precision;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.Steps;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;

/** What must run in a process of its own: it needs an environment, or memory where nothing else moves. */
enum LoopProgram {
    /** oneDNN takes weights for frozen, but not what changes from step to step. */
    FROZEN_WEIGHTS(Map.of("TF_ONEDNN_ASSUME_FROZEN_WEIGHTS", "1")) {
        @Override
        void run(Path folder) throws InterruptedException {
            try (TinyLoop loop = TinyLoop.start(folder)) {
                assertDecodesAsAlone(loop);
            }
            try (TinyLoop loop = TinyLoop.start(folder, TinyLoop.OPTIONS, Precision.BFLOAT16)) {
                assertDecodesTwiceTheSame(loop);
            }
        }
    },

    /**
     * Thousands of steps leave nothing behind. What leaks grows every time; the kernels that oneDNN keeps for each thread and
     * shape grow once, whenever a thread first meets a shape.
     */
    GROWTH(Map.of("MALLOC_ARENA_MAX", "1")) {
        @Override
        void run(Path folder) throws InterruptedException {
            try (TinyLoop loop = TinyLoop.start(folder)) {
                steps(loop, 3000);
                long pointers = Pointer.totalCount();
                long least = Long.MAX_VALUE;
                for (int round = 0; round < 4; round++) {
                    long before = Pointer.physicalBytes();
                    steps(loop, 4000);
                    least = Math.min(least, Pointer.physicalBytes() - before);
                }
                assertThat(Pointer.totalCount()).as("native objects").isEqualTo(pointers);
                assertThat(least)
                        .as("growth in each 4,000 steps, of which the JVM has its part")
                        .isLessThan(2 << 20);
            }
        }
    };

    private final Map<String, String> environment;

    LoopProgram(Map<String, String> environment) {
        this.environment = environment;
    }

    Map<String, String> environment() {
        return environment;
    }

    abstract void run(Path folder) throws InterruptedException;

    /** Runs the program of this name in this folder. */
    public static void main(String[] arguments) throws InterruptedException {
        valueOf(arguments[0]).run(Path.of(arguments[1]));
    }

    private static void assertDecodesAsAlone(TinyLoop loop) throws InterruptedException {
        List<List<Integer>> tokens = decode(loop);
        for (int i = 0; i < tokens.size(); i++) {
            assertThat(tokens.get(i)).isEqualTo(loop.alone(i, 20, picture(i)));
        }
    }

    private static void assertDecodesTwiceTheSame(TinyLoop loop) throws InterruptedException {
        assertThat(decode(loop)).isEqualTo(decode(loop)).isNotEqualTo(List.of());
    }

    private static List<List<Integer>> decode(TinyLoop loop) throws InterruptedException {
        List<Steps<Step>> running = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            running.add(loop.generate(i, 20, picture(i)));
        }
        List<List<Integer>> tokens = new ArrayList<>();
        for (Steps<Step> steps : running) {
            tokens.add(TinyLoop.tokens(all(steps)));
        }
        return tokens;
    }

    private static void steps(TinyLoop loop, int count) throws InterruptedException {
        long end = loop.loop.status().steps() + count;
        for (int i = 0; loop.loop.status().steps() < end; i++) {
            List<Steps<Step>> running = List.of(
                    loop.generate(i % 7, 100, picture(i)),
                    loop.loop.generate(
                            List.of(new Opening(TinyLoop.prompt(i % 5), picture(i + 1))),
                            new Wandering(TinyLoop.prompt(i % 5), 4, 60, i),
                            60,
                            TinyLoop.output()));
            for (Steps<Step> steps : running) {
                all(steps);
            }
            loop.assertIdle();
        }
    }
}
