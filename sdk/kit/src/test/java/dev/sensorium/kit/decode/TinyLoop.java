package dev.sensorium.kit.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.kit.nn.Paging;
import dev.sensorium.kit.nn.Precision;
import dev.sensorium.kit.nn.TinyDecoder;
import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Generator.Delta;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.Steps;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** A loop of a tiny decoder with an encoder of pictures, and what it is asked in tests. */
final class TinyLoop implements AutoCloseable {

    static final LoopOptions OPTIONS = new LoopOptions(6, 64, 600, 10_000, new LoopOptions.Pieces(7, 2));

    private static final Paging MEMORY = Paging.of(60, 3);

    /** One letter for each token; the last is the end, which no search of these tests looks for. */
    static final Vocabulary VOCABULARY = Letters.vocabulary(
            TinyDecoder.VOCABULARY, TinyDecoder.VOCABULARY, List.of(TinyDecoder.VOCABULARY - 1), List.of());

    final TinyDecoder tiny;
    final Pictures pictures = new Pictures();
    final TokenLoop loop;

    private TinyLoop(Path folder, LoopOptions options, Precision precision) {
        tiny = TinyDecoder.open(folder, Paging.of(options.tokens(), 4), MEMORY, precision);
        loop = TokenLoop.start(tiny.network(), tiny.decoder(), pictures, options);
    }

    static TinyLoop start(Path folder) {
        return start(folder, OPTIONS, Precision.FLOAT32);
    }

    static TinyLoop start(Path folder, LoopOptions options, Precision precision) {
        return new TinyLoop(folder, options, precision);
    }

    /** Has so many tokens be generated after a prompt of its own. */
    Steps<Step> generate(int seed, int count, Source picture) {
        return loop.generate(List.of(new Opening(prompt(seed), picture)), new Greedy(count), count, output());
    }

    static Output<Step> output() {
        return TextOutput.of(VOCABULARY, Decoding.greedy(1));
    }

    /** Returns one of five pictures, half of which have keys. */
    static Picture picture(int i) {
        return new Picture(i % 5, 2 + i % 5, i % 2 == 0 ? "picture " + i % 5 : null);
    }

    static int length(int seed) {
        return 1 + new Random(seed).nextInt(20);
    }

    static int[] prompt(int seed) {
        return TinyDecoder.tokens(length(seed), seed);
    }

    static float[] encoded(Picture picture) {
        return TinyDecoder.encoded(picture.length(), picture.seed());
    }

    /** Waits until so many requests run. */
    void awaitRunning(int count) throws InterruptedException {
        while (loop.status().running() != count) {
            Thread.sleep(1);
        }
    }

    /** Returns the tokens of greedy decoding, each computed from all tokens before it. */
    List<Integer> alone(int seed, int count, Picture picture) {
        return alone(prompt(seed), count, picture);
    }

    /** Returns the tokens of greedy decoding after a prompt. */
    List<Integer> alone(int[] prompt, int count, Picture picture) {
        int[] ids = prompt;
        int start = ids.length;
        for (int i = 0; i < count; i++) {
            List<float[]> logits = tiny.logits(ids, encoded(picture));
            int token = TinyDecoder.best(logits.get(ids.length - 1));
            ids = Arrays.copyOf(ids, ids.length + 1);
            ids[ids.length - 1] = token;
        }
        return IntStream.of(ids).skip(start).boxed().toList();
    }

    static <T> List<T> all(Steps<T> steps) throws InterruptedException {
        List<T> all = new ArrayList<>();
        for (Optional<T> step = steps.next(); step.isPresent(); step = steps.next()) {
            all.add(step.get());
        }
        return all;
    }

    static List<Integer> tokens(List<Step> steps) {
        return steps.stream()
                .filter(Delta.class::isInstance)
                .flatMap(step -> ((Delta) step).tokens().stream())
                .toList();
    }

    /** Waits until nothing runs, and looks whether everything was given back. */
    void assertIdle() throws InterruptedException {
        for (int i = 0; loop.status().running() > 0 && i < 1000; i++) {
            Thread.sleep(5);
        }
        assertThat(loop.status().running()).isZero();
        assertThat(loop.status().freeSlots()).isEqualTo(OPTIONS.slots());
        assertThat(loop.status().freeBlocks()).isEqualTo(tiny.decoder().paging().blocks() - 1);
        assertThat(loop.status().freeMemoryBlocks()).isEqualTo(MEMORY.blocks() - 1);
    }

    @Override
    public void close() {
        loop.close();
        tiny.close();
    }
}
