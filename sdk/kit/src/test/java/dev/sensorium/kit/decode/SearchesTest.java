package dev.sensorium.kit.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Decoding.Rules;
import dev.sensorium.spi.Decoding.Sample;
import dev.sensorium.spi.Decoding.Stop;
import dev.sensorium.spi.Generator.FinishReason;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SearchesTest {

    private static final int END = 25;
    private static final int[] PROMPT = {1, 2};

    private final Vocabulary alphabet = Letters.alphabet();

    private Play play(Decoding decoding) {
        return Play.of(Searches.of(decoding, alphabet, PROMPT), Play::logits, PROMPT);
    }

    @Test
    void endsWhenTheModelSaysSo() {
        float[] end = new float[26];
        end[END] = 1;
        Play play = Play.of(Searches.of(Decoding.greedy(5), alphabet, PROMPT), Play.always(end), PROMPT);
        assertThat(play.tokens()).containsExactly(END);
        assertThat(play.end).isEqualTo(FinishReason.STOP);
    }

    @Test
    void endsAtTheLengthAsked() {
        Play play = Play.of(Searches.of(Decoding.greedy(5), alphabet, PROMPT), Play.always(new float[26]), PROMPT);
        assertThat(play.tokens()).containsExactly(0, 0, 0, 0, 0);
        assertThat(play.end).isEqualTo(FinishReason.LENGTH);
        assertThat(play.moves).hasSize(5);
    }

    @Test
    void countsTokensWhateverTheyAre() {
        float[] end = new float[26];
        end[END] = 1;
        Play play = Play.of(Searches.counted(new Decoding.Greedy(), 26, 3), Play.always(end), PROMPT);
        assertThat(play.tokens()).containsExactly(END, END, END);
        assertThat(play.end).isEqualTo(FinishReason.LENGTH);
        Search sampled = Searches.counted(Sample.of(1, 7), 26, 9);
        Decoding decoding = Decoding.greedy(9).with(Sample.of(1, 7));
        assertThat(Play.of(sampled, Play::logits, PROMPT).tokens().subList(0, 3))
                .isEqualTo(play(decoding).tokens().subList(0, 3));
    }

    @Test
    void countsFiniteLogitsOnly() {
        float[] odd = new float[26];
        odd[3] = Float.NaN;
        assertThatThrownBy(() -> Searches.counted(new Decoding.Greedy(), 26, 3).step(new float[][] {odd}))
                .isInstanceOf(ModelException.class)
                .extracting(e -> ((ModelException) e).reason())
                .isEqualTo(Reason.NOT_FINITE);
        assertThatThrownBy(() -> Searches.counted(new Decoding.Beams(2, 1, false), 26, 3))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Searches.counted(new Decoding.Greedy(), 26, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void endsAtStopTokens() {
        List<Integer> all = play(Decoding.greedy(20)).tokens();
        Play play = play(Decoding.greedy(20).with(new Stop(List.of(), List.of(all.get(3)))));
        assertThat(play.tokens()).isEqualTo(all.subList(0, all.indexOf(all.get(3)) + 1));
        assertThat(play.end).isEqualTo(FinishReason.STOP_SEQUENCE);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 26, 99_999})
    void refusesUnknownStopTokens(int token) {
        Decoding decoding = Decoding.greedy(5).with(new Stop(List.of(), List.of(3, token)));
        refused(
                () -> Searches.of(decoding, alphabet, PROMPT),
                Reason.INVALID_INPUT,
                "stop_tokens[1]: " + token + " (expected: 0 to 25)");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void refusesLogitsThatAreNotNumbers(float broken) {
        float[] row = new float[26];
        row[3] = broken;
        Rules hiding = new Rules(1, 0, List.of("d"), List.of());
        Decoding greedy = Decoding.greedy(5);
        for (Decoding decoding : List.of(
                greedy,
                greedy.with(hiding),
                greedy.with(Sample.of(1, 2)),
                greedy.with(new Decoding.Beams(3, 1, false)),
                greedy.withLogProbabilities(2))) {
            refused(
                    () -> Play.of(Searches.of(decoding, alphabet, PROMPT), Play.always(row), PROMPT),
                    Reason.NOT_FINITE,
                    "logits: " + broken + " (expected: finite numbers)");
        }
        float[] nothing = new float[26];
        Arrays.fill(nothing, Float.NEGATIVE_INFINITY);
        refused(
                () -> Play.of(Searches.of(greedy, alphabet, PROMPT), Play.always(nothing), PROMPT),
                Reason.NOT_FINITE,
                "logits: -Infinity (expected: finite numbers)");
    }

    @Test
    void tellsHowLikelyTokensWereBeforeTheRules() {
        Decoding decoding = Decoding.greedy(6)
                .with(new Sample(0.5, 1, 1, 0, OptionalLong.of(1)))
                .with(new Rules(3, 1, List.of("a"), List.of()))
                .withLogProbabilities(4);
        int[] row = PROMPT;
        for (Chosen chosen : play(decoding).chosen) {
            double[] expected = logProbabilities(Play.logits(row), 0.5);
            assertThat(chosen.logProbability()).isCloseTo((float) expected[chosen.token()], within(1e-5f));
            List<Integer> best = IntStream.range(0, 26)
                    .boxed()
                    .sorted((one, other) -> Double.compare(expected[other], expected[one]))
                    .limit(4)
                    .toList();
            assertThat(chosen.best()).isEqualTo(best);
            for (int i = 0; i < 4; i++) {
                assertThat(chosen.bestLogProbabilities().get(i))
                        .isCloseTo((float) expected[best.get(i)], within(1e-5f));
            }
            row = Arrays.copyOf(row, row.length + 1);
            row[row.length - 1] = chosen.token();
        }
    }

    private static double[] logProbabilities(float[] logits, double temperature) {
        double sum = IntStream.range(0, logits.length)
                .mapToDouble(i -> Math.exp(logits[i] / temperature))
                .sum();
        return IntStream.range(0, logits.length)
                .mapToDouble(i -> logits[i] / temperature - Math.log(sum))
                .toArray();
    }

    @Test
    void scoresGivenTokens() {
        Play play = Play.of(Searches.given(4, 9, END), Play::logits, PROMPT);
        assertThat(play.tokens()).containsExactly(4, 9, END);
        assertThat(play.end).isEqualTo(FinishReason.STOP);
        double second = logProbabilities(Play.logits(new int[] {1, 2, 4}), 1)[9];
        assertThat(play.chosen.get(1).logProbability()).isCloseTo((float) second, within(1e-5f));
        assertThat(play.chosen.get(1).best()).isEmpty();
        assertThatThrownBy(() -> Searches.given()).hasMessage("tokens: 0 (expected: >= 1)");
    }

    @Test
    void guidanceFollowsBothPromptsByTheSameTokens() {
        int[] unconditional = {3};
        Decoding beams = Decoding.greedy(8).with(new Decoding.Beams(3, 1, false));
        for (Decoding decoding : List.of(Decoding.greedy(8), Decoding.greedy(8).with(Sample.of(1, 3)), beams)) {
            Search search = Searches.guided(Searches.of(decoding, alphabet, PROMPT), 1);
            Play guided = Play.of(search, Play::logits, PROMPT, unconditional);
            assertThat(guided.tokens()).isEqualTo(play(decoding).tokens());
            for (Move move : guided.moves.subList(0, guided.moves.size() - 1)) {
                int half = move.tokens().length / 2;
                assertThat(Arrays.copyOf(move.tokens(), half))
                        .isEqualTo(Arrays.copyOfRange(move.tokens(), half, 2 * half));
            }
        }
    }

    @Test
    void guidanceLeavesOutWhatTheModelLeavesOut() {
        float out = Float.NEGATIVE_INFINITY;
        Search search =
                Searches.guided(Searches.of(Decoding.greedy(1), Letters.vocabulary(4, 3, List.of(3), List.of()), 0), 3);
        Move move = search.step(new float[][] {{out, 1, 2, out}, {out, 0, 2.5f, 1}});
        assertThat(move.chosen()).extracting(Chosen::token).containsExactly(1);
    }

    @Test
    void aPlentyOfRequestsDoNotDisturbEachOther() {
        Decoding decoding = Decoding.greedy(30).with(Sample.of(1, 77)).with(new Rules(1.2, 3, List.of("q"), List.of()));
        List<Integer> alone = play(decoding).tokens();
        List<List<Integer>> together = IntStream.range(0, 64)
                .parallel()
                .mapToObj(i -> play(decoding).tokens())
                .toList();
        assertThat(together).containsOnly(alone);
    }

    private static void refused(ThrowingCallable action, Reason reason, String message) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessage(message);
    }
}
