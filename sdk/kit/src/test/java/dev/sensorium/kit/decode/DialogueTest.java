package dev.sensorium.kit.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sensorium.kit.decode.Dialogue.Choice;
import dev.sensorium.kit.decode.Dialogue.Turn;
import dev.sensorium.kit.nn.TinyDecoder;
import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class DialogueTest {

    private static final int MOST = 40;
    private static final List<Choice> CHOICES = List.of(new Choice(2, 5), new Choice(9, 14));

    @TempDir
    Path folder;

    private TinyLoop loop;

    @BeforeEach
    void start() {
        loop = TinyLoop.start(folder);
    }

    @AfterEach
    void stop() {
        loop.close();
    }

    @Test
    void turnsGoOnFromThoseBefore() throws InterruptedException {
        try (Dialogue dialogue = open(new Decoding.Greedy())) {
            assertThat(play(dialogue, 1)).isEqualTo(alone(1));
        }
        loop.assertIdle();
    }

    @Test
    void whatFollowsATurnAsksForTheNext() throws InterruptedException {
        try (Dialogue dialogue = open(new Decoding.Greedy())) {
            List<Integer> chosen = new ArrayList<>();
            chain(dialogue, chosen, 0).toCompletableFuture().join();
            assertThat(chosen).isEqualTo(alone(1));
        }
        loop.assertIdle();
    }

    private static CompletionStage<int[]> chain(Dialogue dialogue, List<Integer> chosen, int turn) {
        return dialogue.next(turn(chosen, 1, turn)).thenCompose(answer -> {
            Arrays.stream(answer).forEach(chosen::add);
            return turn == 5 ? CompletableFuture.completedFuture(answer) : chain(dialogue, chosen, turn + 1);
        });
    }

    @Test
    void manySideBySideChooseAsEachWouldAlone() throws InterruptedException {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int seed = i;
            all.add(CompletableFuture.runAsync(() -> {
                try (Dialogue dialogue = open(new Decoding.Greedy())) {
                    assertThat(play(dialogue, seed)).isEqualTo(alone(seed));
                }
            }));
        }
        all.forEach(CompletableFuture::join);
        loop.assertIdle();
    }

    @Test
    void sampledTurnsAreTheSameFromTheSameSeed() {
        List<List<Integer>> played = new ArrayList<>();
        for (long seed : new long[] {5, 5, 6}) {
            try (Dialogue dialogue = open(Decoding.Sample.of(3, seed))) {
                played.add(play(dialogue, 1));
            }
        }
        assertThat(played.get(1)).isEqualTo(played.get(0)).isNotEqualTo(played.get(2));
    }

    @Test
    void closingFreesAndCancels() throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            Dialogue dialogue = open(new Decoding.Greedy());
            CompletableFuture<int[]> answer = dialogue.next(first(i)).toCompletableFuture();
            if (i % 3 == 0) {
                answer.join();
            }
            dialogue.close();
            dialogue.close();
            assertThat(answer).isDone();
            assertCancelled(dialogue.next(first(i)).toCompletableFuture());
        }
        loop.assertIdle();
    }

    @Test
    void oneTurnAtATimeAndNoneAfterAFailure() throws InterruptedException {
        try (Dialogue dialogue = open(new Decoding.Greedy())) {
            Turn tooLong = new Turn(true, TinyDecoder.tokens(MOST, 1), null, CHOICES);
            CompletableFuture<int[]> failed = dialogue.next(tooLong).toCompletableFuture();
            assertTooLong(failed);
            assertTooLong(dialogue.next(first(1)).toCompletableFuture());
        }
        loop.assertIdle();
        assertThatThrownBy(() -> loop.loop.open(10_000, 1, new Decoding.Greedy()))
                .hasMessageStartingWith("blocks of tokens: 2500 (expected: <= ");
    }

    private Dialogue open(Decoding.Strategy strategy) {
        return loop.loop.open(MOST, 5, strategy);
    }

    private static Turn first(int seed) {
        return new Turn(true, TinyDecoder.tokens(7, seed), states(seed), CHOICES);
    }

    private static States states(int seed) {
        return new States(TinyDecoder.encoded(4, seed), TinyDecoder.ENCODER_WIDTH);
    }

    /** Plays six turns; the fourth forgets those before. */
    private static List<Integer> play(Dialogue dialogue, int seed) {
        List<Integer> chosen = new ArrayList<>();
        for (int turn = 0; turn < 6; turn++) {
            int[] answer = dialogue.next(turn(chosen, seed, turn))
                    .toCompletableFuture()
                    .join();
            Arrays.stream(answer).forEach(chosen::add);
        }
        return chosen;
    }

    private static Turn turn(List<Integer> chosen, int seed, int turn) {
        boolean anew = turn % 3 == 0;
        return new Turn(anew, given(anew, chosen, seed, turn), anew ? states(seed) : null, CHOICES);
    }

    /** Returns the tokens of the same turns, each computed from all tokens before it. */
    private List<Integer> alone(int seed) {
        List<Integer> chosen = new ArrayList<>();
        int[] row = {};
        for (int turn = 0; turn < 6; turn++) {
            boolean anew = turn % 3 == 0;
            row = join(anew ? new int[0] : row, given(anew, chosen, seed, turn));
            for (Choice choice : CHOICES) {
                float[] logits =
                        loop.tiny.logits(row, TinyDecoder.encoded(4, seed)).get(row.length - 1);
                int token = choice.first()
                        + TinyDecoder.best(Arrays.copyOfRange(logits, choice.first(), choice.first() + choice.count()));
                chosen.add(token);
                row = join(row, token);
            }
            row = Arrays.copyOf(row, row.length - 1);
        }
        return chosen;
    }

    /** Returns some tokens, after the last one that was chosen. */
    private static int[] given(boolean anew, List<Integer> chosen, int seed, int turn) {
        int[] tokens = TinyDecoder.tokens(1 + 2 * turn, seed + turn);
        return anew ? tokens : join(new int[] {chosen.get(chosen.size() - 1)}, tokens);
    }

    private static int[] join(int[] first, int... second) {
        return IntStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
    }

    private static void assertCancelled(CompletableFuture<int[]> answer) {
        assertThat(answer.handle((done, failure) -> failure).join()).isInstanceOf(CancellationException.class);
    }

    private static void assertTooLong(CompletableFuture<int[]> answer) {
        assertThat(answer.handle((done, failure) -> failure).join())
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LONG))
                .hasMessage("tokens: 41 (expected: <= 40)");
    }
}
