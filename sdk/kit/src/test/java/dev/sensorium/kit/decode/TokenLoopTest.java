package dev.sensorium.kit.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.kit.nn.Paging;
import dev.sensorium.kit.nn.TinyDecoder;
import dev.sensorium.spi.Generator.Delta;
import dev.sensorium.spi.Generator.End;
import dev.sensorium.spi.Generator.FinishReason;
import dev.sensorium.spi.Generator.Started;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.Generator.Usage;
import dev.sensorium.spi.Steps;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TokenLoopTest {

    private static final LoopOptions OPTIONS = new LoopOptions(6, 64, 240, 10_000, new LoopOptions.Pieces(7, 2));

    @TempDir
    Path folder;

    private TinyDecoder tiny;
    private Pictures pictures;
    private TokenLoop loop;

    @BeforeEach
    void start() {
        tiny = TinyDecoder.open(folder, Paging.of(240, 4), Paging.of(60, 3));
        pictures = new Pictures();
        loop = TokenLoop.start(tiny.network(), tiny.decoder(), pictures, OPTIONS);
    }

    @AfterEach
    void stop() {
        loop.close();
        tiny.close();
    }

    @Test
    void tellsWhatHappens() throws InterruptedException {
        List<Step> steps = all(generate(1, 4, new Picture(1, 5, "a")));
        assertThat(steps).hasSize(6);
        assertThat(steps.get(0)).isEqualTo(new Started(length(1)));
        assertThat(steps.get(5)).isEqualTo(new End(FinishReason.LENGTH, new Usage(length(1), 4, 1, 0)));
        assertThat(tokens(steps)).isEqualTo(alone(1, 4, new Picture(1, 5, "a")));
    }

    @Test
    void manyRequestsGoOnAsEachWouldAlone() throws InterruptedException {
        List<Steps<Step>> running = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            running.add(generate(i, 1 + i % 19, picture(i)));
        }
        for (int i = 0; i < 40; i++) {
            assertThat(tokens(all(running.get(i)))).as("request %d", i).isEqualTo(alone(i, 1 + i % 19, picture(i)));
        }
        assertThat(pictures.batches.stream().mapToInt(List::size).sum()).isLessThan(40);
        assertIdle();
    }

    @Test
    void rowsGoOnFromAnyOther() throws InterruptedException {
        List<Wandering> searches = new ArrayList<>();
        List<Steps<Step>> running = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Wandering search = new Wandering(prompt(i), 1 + i % 4, 15, i);
            searches.add(search);
            running.add(loop.generate(List.of(new Opening(prompt(i), picture(i))), search, 15, new PlainOutput()));
        }
        for (int i = 0; i < 8; i++) {
            all(running.get(i));
            float[] encoded = encoded(picture(i));
            for (Wandering.Seen seen : searches.get(i).seen()) {
                float[] expected = tiny.logits(seen.tokens(), encoded).get(seen.tokens().length - 1);
                assertThat(seen.logits()).containsExactly(expected, Offset.offset(1e-5f));
            }
        }
        assertIdle();
    }

    private Steps<Step> generate(int seed, int count, Picture picture) {
        Opening opening = new Opening(prompt(seed), picture);
        return loop.generate(List.of(opening), new Greedy(count), count, new PlainOutput());
    }

    private static Picture picture(int i) {
        return new Picture(i % 5, 2 + i % 5, i % 2 == 0 ? "picture " + i % 5 : null);
    }

    private static int length(int seed) {
        return 1 + new Random(seed).nextInt(20);
    }

    private static int[] prompt(int seed) {
        return TinyDecoder.tokens(length(seed), seed);
    }

    private static float[] encoded(Picture picture) {
        return TinyDecoder.encoded(picture.length(), picture.seed());
    }

    /** Returns the tokens of greedy decoding, each computed from all tokens before it. */
    private List<Integer> alone(int seed, int count, Picture picture) {
        int[] ids = prompt(seed);
        int start = ids.length;
        for (int i = 0; i < count; i++) {
            List<float[]> logits = tiny.logits(ids, encoded(picture));
            int token = TinyDecoder.best(logits.get(ids.length - 1));
            ids = Arrays.copyOf(ids, ids.length + 1);
            ids[ids.length - 1] = token;
        }
        return IntStream.of(ids).skip(start).boxed().toList();
    }

    private static List<Step> all(Steps<Step> steps) throws InterruptedException {
        List<Step> all = new ArrayList<>();
        for (Optional<Step> step = steps.next(); step.isPresent(); step = steps.next()) {
            all.add(step.get());
        }
        return all;
    }

    private static List<Integer> tokens(List<Step> steps) {
        return steps.stream()
                .filter(Delta.class::isInstance)
                .flatMap(step -> ((Delta) step).tokens().stream())
                .toList();
    }

    private void assertIdle() throws InterruptedException {
        for (int i = 0; loop.status().running() > 0 && i < 1000; i++) {
            Thread.sleep(5);
        }
        assertThat(loop.status().running()).isZero();
        assertThat(loop.status().freeSlots()).isEqualTo(OPTIONS.slots());
        assertThat(loop.status().freeBlocks()).isEqualTo(tiny.decoder().paging().blocks() - 1);
    }
}
