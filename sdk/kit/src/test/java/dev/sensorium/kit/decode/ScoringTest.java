package dev.sensorium.kit.decode;

import static dev.sensorium.kit.decode.TinyLoop.all;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.sensorium.kit.nn.TinyDecoder;
import dev.sensorium.spi.Generator.Score;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Steps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoringTest extends LoopTest {

    private static final Picture PICTURE = new Picture(1, 5, "a");

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 9", "3, 4", "4, 20", "5, 1", "20, 30"})
    void scoresTextsInOrderWhateverTheirLengths(int promptLength, int count) throws InterruptedException {
        int[] prompt = TinyDecoder.tokens(promptLength, 7);
        List<int[]> texts = texts(count, 16);
        List<Score> scores = all(loop.loop.score(new Opening(prompt, PICTURE), texts));
        assertThat(scores).hasSize(count);
        for (int i = 0; i < count; i++) {
            assertThat(scores.get(i).tokens())
                    .isEqualTo(Arrays.stream(texts.get(i)).boxed().toList());
            assertClose(scores.get(i).logProbabilities(), expected(prompt, texts.get(i)));
        }
        assertThat(loop.pictures.batches).hasSize(1);
        loop.assertIdle();
    }

    @Test
    void scoresBesideWhatIsGenerated() throws InterruptedException {
        List<Steps<Step>> steps = new ArrayList<>();
        List<Steps<Score>> scores = new ArrayList<>();
        List<int[]> texts = texts(12, 9);
        for (int i = 0; i < 10; i++) {
            steps.add(loop.generate(i, 1 + i, PICTURE));
            scores.add(loop.loop.score(new Opening(TinyLoop.prompt(i), PICTURE), texts));
        }
        for (int i = 0; i < 10; i++) {
            assertThat(TinyLoop.tokens(all(steps.get(i)))).isEqualTo(loop.alone(i, 1 + i, PICTURE));
            List<Score> own = all(scores.get(i));
            for (int j = 0; j < texts.size(); j++) {
                assertClose(own.get(j).logProbabilities(), expected(TinyLoop.prompt(i), texts.get(j)));
            }
        }
        assertThat(loop.pictures.batches).hasSize(1);
        loop.assertIdle();
    }

    @Test
    void aCancelledScoringGivesBackItsBlocks() throws InterruptedException {
        for (int i = 0; i < 20; i++) {
            Steps<Score> steps = loop.loop.score(new Opening(TinyLoop.prompt(i), PICTURE), texts(30, 9));
            for (int j = 0; j < i; j++) {
                steps.next();
            }
            steps.close();
        }
        loop.assertIdle();
    }

    @Test
    void refusesWhatThereIsNeverRoomFor() {
        Opening prompt = new Opening(new int[500], PICTURE);
        assertThatThrownBy(() -> loop.loop.score(prompt, List.of(new int[200])))
                .asInstanceOf(type(ModelException.class))
                .extracting(ModelException::reason, Throwable::getMessage)
                .containsExactly(Reason.TOO_LONG, "blocks of tokens: 176 (expected: <= 150)");
    }

    @Test
    void scoresFewerSideBySideWhereThereIsNoRoomForMore() throws InterruptedException {
        int[] prompt = TinyDecoder.tokens(10, 7);
        List<int[]> texts = texts(3, 16);
        texts.add(TinyDecoder.tokens(200, 1));
        List<Score> scores = all(loop.loop.score(new Opening(prompt, PICTURE), texts));
        assertClose(scores.get(3).logProbabilities(), expected(prompt, texts.get(3)));
    }

    private static List<int[]> texts(int count, int longest) {
        Random random = new Random(count);
        List<int[]> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(TinyDecoder.tokens(1 + random.nextInt(longest), i));
        }
        return texts;
    }

    private List<Float> expected(int[] prompt, int[] text) {
        int[] all = Arrays.copyOf(prompt, prompt.length + text.length);
        System.arraycopy(text, 0, all, prompt.length, text.length);
        List<float[]> logits = loop.tiny.logits(all, TinyLoop.encoded(PICTURE));
        List<Float> expected = new ArrayList<>();
        for (int i = 0; i < text.length; i++) {
            float[] row = logits.get(prompt.length - 1 + i).clone();
            Logits.logSoftmax(row);
            expected.add(row[text[i]]);
        }
        return expected;
    }

    private static void assertClose(List<Float> actual, List<Float> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i)).as("token %d", i).isCloseTo(expected.get(i), Offset.offset(1e-5f));
        }
    }
}
