package dev.sensorium.kit.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Decoding.Stop;
import dev.sensorium.spi.Generator.Delta;
import dev.sensorium.spi.Generator.FinishReason;
import dev.sensorium.spi.Generator.Likelihood;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TextStreamTest {

    private static final int END = 49_999;

    /** Tokens that may wait for others: the bytes of a character, and what clean-up may join with them. */
    private static final int MOST_HELD = 7;

    private static final List<String> CONTRACTIONS = List.of(
            "I don't know , they ' re here ; it 's n't . We 've ' ' quotes '",
            "do n't n ' t ' s '' ' ' ' ' m ! ? . , n n' n 't rock 'n' roll",
            "' ' ' ' ' ' ' ' ' ' ' ' ' ' ' ' ' ' ' ' ' ' ' ' ' ' ' ' ' ' ' end",
            "it's o'clock 'tis we'll y'all'd've doesn't isn't 're 've 'm 's n't ve re n't",
            "# a #b ##c . . . . , , , ! ! ! end",
            "a  b   c    d \t e  ",
            "");

    private final Path folder;

    TextStreamTest(@TempDir Path folder) {
        this.folder = folder;
    }

    enum Kind {
        CLIP,
        BYTES,
        MARKS,
        WORD_PIECE,
        CLEANED_WORD_PIECE
    }

    private TextCodec codec(Kind kind) {
        return switch (kind) {
            case CLIP -> Codecs.clip();
            case BYTES -> Codecs.bytes(folder);
            case MARKS -> Codecs.marks(folder);
            case WORD_PIECE -> Codecs.wordPiece(folder);
            case CLEANED_WORD_PIECE -> Codecs.cleaned(Codecs.wordPiece(folder));
        };
    }

    private static List<String> texts() {
        List<String> texts = new ArrayList<>(Codecs.CORPUS);
        texts.addAll(CONTRACTIONS);
        texts.add(String.join(" ", Codecs.CORPUS));
        return texts;
    }

    private static Vocabulary vocabulary(TextCodec codec) {
        return Vocabulary.of(END + 1, codec, List.of(END), List.of());
    }

    /** Plays tokens and the model's end; returns the pieces of the text, one for each. */
    private static List<String> play(TextStream stream, int... tokens) {
        List<String> pieces = new ArrayList<>();
        for (int token : tokens) {
            Delta delta = stream.next(new Move(new int[1], new int[] {token}, List.of(Chosen.of(token)), null));
            assertThat(delta.tokens()).containsExactly(token);
            assertThat(delta.likelihoods()).isEmpty();
            pieces.add(delta.text());
        }
        Move last = new Move(new int[0], new int[0], List.of(Chosen.of(END)), FinishReason.STOP);
        pieces.add(stream.next(last).text());
        return pieces;
    }

    @ParameterizedTest
    @EnumSource
    void piecesAreTheTextTogether(Kind kind) {
        TextCodec codec = codec(kind);
        for (String text : texts()) {
            int[] tokens = codec.encode(text);
            List<String> pieces = play(TextStream.of(vocabulary(codec), Decoding.greedy(1)), tokens);
            String whole = codec.decode(tokens);
            assertThat(String.join("", pieces)).isEqualTo(whole);
            for (String piece : pieces) {
                assertThat(piece.codePoints()).noneMatch(c -> c >= 0xD800 && c < 0xE000);
                assertThat(piece.contains("\uFFFD") && !whole.contains("\uFFFD"))
                        .isFalse();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void piecesComeAsSoonAsTheyAreCertain(Kind kind) {
        TextCodec codec = codec(kind);
        for (String text : Codecs.CORPUS) {
            int[] tokens = codec.encode(text);
            List<String> pieces = play(TextStream.of(vocabulary(codec), Decoding.greedy(1)), tokens);
            int sent = 0;
            for (int i = MOST_HELD; i < tokens.length; i++) {
                sent = String.join("", pieces.subList(0, i + 1)).length();
                String certain = codec.decode(Arrays.copyOf(tokens, i + 1 - MOST_HELD));
                assertThat(sent)
                        .isGreaterThanOrEqualTo(certain.replace("\uFFFD", "").length());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "MARKS", mode = EnumSource.Mode.EXCLUDE)
    void anyTokensAreText(Kind kind) {
        TextCodec codec = codec(kind);
        int[] known = texts().stream()
                .flatMapToInt(text -> Arrays.stream(codec.encode(text)))
                .distinct()
                .toArray();
        Random random = new Random(12);
        for (int round = 0; round < 300; round++) {
            int[] tokens = random.ints(random.nextInt(80), 0, known.length)
                    .map(i -> known[i])
                    .toArray();
            List<String> pieces = play(TextStream.of(vocabulary(codec), Decoding.greedy(1)), tokens);
            assertThat(String.join("", pieces)).isEqualTo(codec.decode(tokens));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTokenCostsTheSameHoweverLongTheTextIs(Kind kind) {
        TextCodec codec = codec(kind);
        AtomicInteger most = new AtomicInteger();
        TextCodec watched = new TextCodec() {
            @Override
            public int[] encode(String text) {
                return codec.encode(text);
            }

            @Override
            public String decode(int... tokens) {
                most.accumulateAndGet(tokens.length, Math::max);
                return codec.decode(tokens);
            }
        };
        int[] tokens = codec.encode(String.join(" ", Codecs.CORPUS));
        assertThat(tokens).hasSizeGreaterThan(1500);
        play(TextStream.of(vocabulary(watched), Decoding.greedy(1)), tokens);
        assertThat(most.get()).isLessThanOrEqualTo(64);
    }

    @ParameterizedTest
    @EnumSource
    void goesOnFromABeginning(Kind kind) {
        TextCodec codec = codec(kind);
        for (String text : Codecs.CORPUS.subList(0, 28)) {
            int[] tokens = codec.encode(text);
            for (int cut = 2; cut < Math.min(40, tokens.length); cut += 5) {
                int[] before = Arrays.copyOf(tokens, cut);
                String beginning = codec.decode(before);
                String whole = codec.decode(tokens);
                TextStream stream = TextStream.of(vocabulary(codec), Decoding.greedy(1), before);
                List<String> pieces = play(stream, Arrays.copyOfRange(tokens, cut, tokens.length));
                if (whole.startsWith(beginning)) {
                    assertThat(beginning + String.join("", pieces)).isEqualTo(whole);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsBeforeStopTexts(Kind kind) {
        TextCodec codec = codec(kind);
        Random random = new Random(21);
        for (String text : texts()) {
            int[] tokens = codec.encode(text);
            String whole = codec.decode(tokens);
            for (int round = 0; round < 20 && !whole.isEmpty(); round++) {
                List<String> stops = List.of(cut(whole, random), cut(whole, random), "never, never");
                Decoding decoding = Decoding.greedy(1).with(new Stop(stops, List.of()));
                TextStream stream = TextStream.of(vocabulary(codec), decoding);
                assertThat(String.join("", play(stream, tokens))).isEqualTo(beforeStop(whole, stops));
                assertThat(stream.stopped()).isTrue();
            }
        }
    }

    private static String cut(String text, Random random) {
        int[] characters = text.codePoints().toArray();
        int start = random.nextInt(characters.length);
        int end = Math.min(characters.length, start + 1 + random.nextInt(12));
        return new String(characters, start, end - start);
    }

    /** Returns the text before the first stop text that is complete, found letter by letter. */
    private static String beforeStop(String text, List<String> stops) {
        for (int end = 1; end <= text.length(); end++) {
            String begun = text.substring(0, end);
            int start = stops.stream()
                    .filter(begun::endsWith)
                    .mapToInt(stop -> begun.length() - stop.length())
                    .min()
                    .orElse(-1);
            if (start >= 0) {
                return text.substring(0, start);
            }
        }
        return text;
    }

    @Test
    void holdsBackWhatMayBeAStop() {
        Decoding decoding = Decoding.greedy(9).with(new Stop(List.of("cde", "dx"), List.of()));
        List<String> pieces = play(TextStream.of(vocabulary(new Letters(26)), decoding), 0, 2, 3, 5, 2, 3);
        assertThat(pieces).containsExactly("a", "", "", "cdf", "", "", "cd");
        TextStream stopped = TextStream.of(vocabulary(new Letters(26)), decoding);
        assertThat(play(stopped, 0, 2, 3, 23, 7)).containsExactly("a", "", "", "c", "", "");
        assertThat(stopped.stopped()).isTrue();
    }

    @Test
    void stopTokensAreNoText() {
        TextStream stream = TextStream.of(Letters.alphabet(), Decoding.greedy(9));
        Move stop = new Move(new int[0], new int[0], List.of(Chosen.of(3)), FinishReason.STOP_SEQUENCE);
        assertThat(stream.next(stop)).isEqualTo(new Delta("", List.of(3), List.of()));
        assertThat(stream.stopped()).isFalse();
    }

    @Test
    void theLastTokenOfTheLengthAskedIsText() {
        TextStream stream = TextStream.of(Letters.alphabet(), Decoding.greedy(9));
        List<Chosen> chosen = IntStream.of(3, 0, 1).mapToObj(Chosen::of).toList();
        Move last = new Move(new int[0], new int[0], chosen, FinishReason.LENGTH);
        assertThat(stream.next(last)).isEqualTo(new Delta("dab", List.of(3, 0, 1), List.of()));
    }

    @Test
    void tellsWhatLikelyTokensStandFor() {
        TextCodec codec = codec(Kind.WORD_PIECE);
        int cat = codec.encode("cat")[0];
        int piece = codec.encode("acat")[1];
        TextStream stream = TextStream.of(vocabulary(codec), Decoding.greedy(9).withLogProbabilities(3));
        Chosen chosen = new Chosen(cat, -0.5f, List.of(cat, piece, END), List.of(-0.5f, -2f, -3f));
        Likelihood likelihood = stream.next(new Move(new int[1], new int[1], List.of(chosen), null))
                .likelihoods()
                .get(0);
        assertThat(likelihood.logProbability()).isEqualTo(-0.5f);
        assertThat(likelihood.best()).extracting(best -> best.text()).containsExactly(" cat", "cat", "");
        assertThat(likelihood.best()).extracting(best -> best.logProbability()).containsExactly(-0.5f, -2f, -3f);
    }
}
