package dev.sensorium.kit.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Decoding.Length;
import dev.sensorium.spi.Decoding.Rules;
import dev.sensorium.spi.Decoding.Sample;
import dev.sensorium.spi.Generator.FinishReason;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RulesTest {

    private static final int END = 25;
    private static final int[] PROMPT = {1, 2};

    private final Vocabulary alphabet = Letters.alphabet();

    private Play play(Decoding decoding) {
        return Play.of(Searches.of(decoding, alphabet, PROMPT), Play::logits, PROMPT);
    }

    private String text(Play play) {
        return alphabet.codec()
                .decode(play.tokens().stream().mapToInt(Integer::intValue).toArray());
    }

    @Test
    void saysIfTheRulesLeaveNothing() {
        List<String> letters = "abcdefghijklmnopqrstuvwxy"
                .chars()
                .mapToObj(Character::toString)
                .toList();
        Decoding decoding = Decoding.greedy(5).with(new Length(2, 5)).with(new Rules(1, 0, letters, List.of()));
        for (Decoding each : List.of(decoding, decoding.with(new Decoding.Beams(2, 1, false)))) {
            refused(
                    () -> play(each),
                    Reason.INVALID_INPUT,
                    "rules: 0 tokens are left after 0 generated (expected: at least one)");
        }
    }

    @Test
    void writesOnlyAllowedTexts() {
        List<String> allowed = List.of("yes", "no", "yesterday", "not", "n");
        Rules rules = new Rules(1, 0, List.of(), allowed);
        Set<String> seen = new HashSet<>();
        for (long seed = 0; seed < 300; seed++) {
            Play play = play(Decoding.greedy(20).with(Sample.of(3, seed)).with(rules));
            assertThat(play.end).isEqualTo(FinishReason.STOP);
            seen.add(text(play));
        }
        assertThat(seen).containsExactlyInAnyOrderElementsOf(allowed);
        assertThat(allowed).contains(text(play(Decoding.greedy(20).with(rules))));
    }

    @Test
    void refusesAllowedTextsThatItCannotWrite() {
        Vocabulary noX = Letters.vocabulary(26, 25, List.of(END), List.of('x' - 'a'));
        Decoding decoding = Decoding.greedy(5).with(new Rules(1, 0, List.of(), List.of("a", "axe")));
        refused(
                () -> Searches.of(decoding, noX, PROMPT),
                Reason.INVALID_INPUT,
                "allowed_texts[1]: not in the model's tokens (expected: a text that it can write)");
    }

    @Test
    void badWordsDoNotComeUp() {
        List<String> words = List.of("ab", "ca", "dd", "e", "fgh", "ii");
        Rules rules = new Rules(1, 0, words, List.of());
        float[] few = new float[26];
        Arrays.fill(few, 8, 26, -5);
        for (long seed = 0; seed < 100; seed++) {
            Decoding decoding = Decoding.greedy(40).with(Sample.of(1, seed)).with(rules);
            Play play = Play.of(Searches.of(decoding, alphabet, PROMPT), Play.always(few), PROMPT);
            assertThat(text(play)).doesNotContain(words);
            Decoding beams =
                    Decoding.greedy(12).with(new Decoding.Beams(3, 1, false)).with(rules);
            int salt = (int) seed;
            assertThat(text(Play.of(
                            Searches.of(beams, alphabet, PROMPT),
                            row -> Play.logits(new int[] {salt, Arrays.hashCode(row)}),
                            PROMPT)))
                    .doesNotContain(words);
        }
    }

    @Test
    void theModelDoesNotEndBeforeTheLeastLength() {
        float[] end = new float[26];
        end[END] = 50;
        for (Decoding decoding : List.of(
                Decoding.greedy(9),
                Decoding.greedy(9).with(Sample.of(1, 4)),
                Decoding.greedy(9).with(new Decoding.Beams(4, 1, true)))) {
            Play play =
                    Play.of(Searches.of(decoding.with(new Length(4, 9)), alphabet, PROMPT), Play.always(end), PROMPT);
            assertThat(play.tokens()).hasSize(5).endsWith(END);
        }
    }

    @Test
    void badWordsAreFoundHoweverTheyAreCut(@TempDir Path folder) {
        TextCodec codec = Codecs.wordPiece(folder);
        Vocabulary vocabulary = Vocabulary.of(2000, codec, List.of(1999), List.of());
        BadWords badWords = new BadWords(List.of("cat", "the d", "#"), vocabulary);
        float[] scores = new float[2000];
        badWords.apply(scores, new Tokens(new int[0]));
        assertThat(scores[codec.encode("cat")[0]]).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(scores[codec.encode("acat")[1]]).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(scores[codec.encode("#")[0]]).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(scores[codec.encode("car")[1]]).isZero();
        assertThat(completes(badWords, codec, "a ca", "at")).isTrue();
        assertThat(completes(badWords, codec, "a ca", "ar")).isFalse();
        assertThat(completes(badWords, codec, "the", "d")).isTrue();
        assertThat(completes(badWords, codec, "the", "ad")).isFalse();
        assertThat(completes(badWords, codec, "ba", "ag")).isFalse();
    }

    /** Returns whether the last token of a text would complete a bad word after others. */
    private static boolean completes(BadWords badWords, TextCodec codec, String before, String last) {
        Tokens tokens = new Tokens(new int[0]);
        Arrays.stream(codec.encode(before)).forEach(tokens::add);
        int[] ids = codec.encode(last);
        return badWords.completedBy(tokens, ids[ids.length - 1]);
    }

    private static void refused(ThrowingCallable action, Reason reason, String message) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessage(message);
    }
}
