package dev.sensorium.kit.decode;

import static dev.sensorium.kit.decode.TinyLoop.all;
import static dev.sensorium.kit.decode.TinyLoop.encoded;
import static dev.sensorium.kit.decode.TinyLoop.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.kit.nn.Precision;
import dev.sensorium.kit.nn.TinyDecoder;
import dev.sensorium.spi.Generator.Score;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.Steps;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prompts that begin alike, in blocks of four tokens. */
class SharedPromptTest extends LoopTest {

    private static final Picture PICTURE = new Picture(1, 5, "a");
    private static final int BEGINNING = 14;
    private static final int WHOLE_BLOCKS = 12;
    private static final int COUNT = 9;

    @Test
    void readsOnlyWhatFollows() throws InterruptedException {
        assertThat(written(prompt(1, 2), PICTURE)).isEqualTo(loop.alone(prompt(1, 2), COUNT, PICTURE));
        assertThat(loop.loop.status().reusedTokens()).isZero();
        Picture same = new Picture(1, 5, "a");
        assertThat(written(prompt(1, 3), same)).isEqualTo(loop.alone(prompt(1, 3), COUNT, PICTURE));
        assertThat(loop.loop.status().reusedTokens()).isEqualTo(WHOLE_BLOCKS);
        loop.assertIdle();
        LoopStatus status = loop.loop.status();
        assertThat(status.keptBytes())
                .isPositive()
                .isEqualTo(status.keptBlocks() * loop.tiny.decoder().blockBytes());
    }

    @Test
    void theSamePromptIsReadFromItsLastTokensOn() throws InterruptedException {
        int[] prompt = TinyDecoder.tokens(16, 1);
        List<Integer> expected = loop.alone(prompt, COUNT, PICTURE);
        assertThat(written(prompt, PICTURE)).isEqualTo(expected);
        assertThat(written(prompt, PICTURE)).isEqualTo(expected);
        assertThat(loop.loop.status().reusedTokens()).isEqualTo(WHOLE_BLOCKS);
    }

    @Test
    void anotherPictureIsAnotherPrompt() throws InterruptedException {
        Picture other = new Picture(2, 5, "b");
        Picture unnamed = new Picture(3, 5, null);
        for (Picture picture : List.of(PICTURE, other, unnamed, unnamed)) {
            assertThat(written(prompt(1, 2), picture)).isEqualTo(loop.alone(prompt(1, 2), COUNT, picture));
        }
        assertThat(loop.loop.status().reusedTokens()).isZero();
    }

    @Test
    void scoresAreThoseOfPromptsReadAnew() throws InterruptedException {
        List<int[]> texts = List.of(TinyDecoder.tokens(5, 8), TinyDecoder.tokens(2, 9));
        Opening opening = new Opening(prompt(1, 2), PICTURE);
        List<Score> anew = all(loop.loop.score(opening, texts));
        List<Score> again = all(loop.loop.score(opening, texts));
        assertThat(loop.loop.status().reusedTokens()).isGreaterThanOrEqualTo(WHOLE_BLOCKS);
        for (int i = 0; i < texts.size(); i++) {
            assertThat(again.get(i).logLikelihood()).isCloseTo(anew.get(i).logLikelihood(), Offset.offset(1e-5));
        }
        assertThat(written(prompt(1, 3), PICTURE)).isEqualTo(loop.alone(prompt(1, 3), COUNT, PICTURE));
        loop.assertIdle();
    }

    @Test
    void aRequestThatFailsTakesNothingFromOthers() throws InterruptedException {
        written(prompt(1, 2), PICTURE);
        Opening opening = new Opening(prompt(1, 3), PICTURE);
        Steps<Step> failing =
                loop.loop.generate(List.of(opening), new Failing(new Greedy(COUNT), 3), COUNT, TinyLoop.output());
        assertThat(FailureTest.failure(failing)).hasRootCauseMessage("at step 3");
        assertThat(written(prompt(1, 4), PICTURE)).isEqualTo(loop.alone(prompt(1, 4), COUNT, PICTURE));
        assertThat(loop.loop.status().reusedTokens()).isEqualTo(2 * WHOLE_BLOCKS);
        loop.assertIdle();
    }

    @Test
    void manyCallersGetWhatEachWouldAlone() throws Exception {
        ask(loop, 200, 5);
        assertThat(loop.loop.status().reusedTokens()).isPositive();
        loop.assertIdle();
    }

    @Test
    void keptBlocksAreGivenBackWhenTheyAreShort(@TempDir Path folder) throws Exception {
        LoopOptions small = new LoopOptions(6, 64, 100, 10_000, new LoopOptions.Pieces(7, 2));
        try (TinyLoop narrow = TinyLoop.start(folder, small, Precision.FLOAT32)) {
            ask(narrow, 200, 12);
            assertThat(narrow.loop.status().reusedTokens()).isPositive();
            assertThat(narrow.loop.status().keptBlocks()).isPositive();
            narrow.assertIdle();
        }
    }

    /** Has several callers ask at once, with so many beginnings among them: some write, some write many rows, some leave. */
    private static void ask(TinyLoop loop, int requests, int beginnings) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(8);
        List<Future<?>> calls = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            int seed = i;
            calls.add(callers.submit(() -> {
                ask(loop, seed, new Random(seed).nextInt(beginnings), seed % 3);
                return null;
            }));
        }
        for (Future<?> call : calls) {
            call.get();
        }
        callers.shutdown();
    }

    private static void ask(TinyLoop loop, int seed, int beginning, int kind) throws InterruptedException {
        Picture picture = new Picture(beginning % 2, 5, "picture " + beginning % 2);
        int[] prompt = prompt(beginning, 100 + seed % 7);
        List<Opening> openings = List.of(new Opening(prompt, picture));
        if (kind == 0) {
            Wandering search = new Wandering(prompt, 3, COUNT, seed);
            all(loop.loop.generate(openings, search, COUNT, TinyLoop.output()));
            for (Wandering.Seen seen : search.seen()) {
                float[] expected =
                        loop.tiny.logits(seen.tokens(), encoded(picture)).get(seen.tokens().length - 1);
                assertThat(seen.logits()).containsExactly(expected, Offset.offset(1e-5f));
            }
            return;
        }
        try (Steps<Step> steps = loop.loop.generate(openings, new Greedy(COUNT), COUNT, TinyLoop.output())) {
            if (kind == 1) {
                assertThat(tokens(all(steps))).isEqualTo(loop.alone(prompt, COUNT, picture));
            } else {
                assertThat(steps.next()).isPresent();
            }
        }
    }

    private List<Integer> written(int[] prompt, Picture picture) throws InterruptedException {
        List<Opening> openings = List.of(new Opening(prompt, picture));
        return tokens(all(loop.loop.generate(openings, new Greedy(COUNT), COUNT, TinyLoop.output())));
    }

    /** Returns a prompt of a beginning that others may have too, and an end of its own. */
    private static int[] prompt(int beginning, int end) {
        return IntStream.concat(
                        IntStream.of(TinyDecoder.tokens(BEGINNING, beginning)),
                        IntStream.of(TinyDecoder.tokens(3, end)))
                .toArray();
    }
}
