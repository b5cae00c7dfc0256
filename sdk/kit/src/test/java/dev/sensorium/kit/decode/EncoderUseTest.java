package dev.sensorium.kit.decode;

import static dev.sensorium.kit.decode.TinyLoop.all;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.kit.nn.TinyDecoder;
import dev.sensorium.spi.Generator.End;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.Steps;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EncoderUseTest extends LoopTest {

    private static final int PICTURE_LENGTH = 5;

    @Test
    void aPictureThatWasThereBeforeIsNotEncodedAgain() throws InterruptedException {
        Picture picture = named(1);
        assertUse(all(loop.generate(1, 5, picture)), 1, 0);
        List<Step> again = all(loop.generate(2, 5, named(1)));
        assertUse(again, 0, 1);
        assertThat(TinyLoop.tokens(again)).isEqualTo(loop.alone(2, 5, picture));
        assertThat(loop.pictures.batches).hasSize(1);
    }

    @Test
    void equalPicturesAtTheSameTimeAreEncodedOnce() throws InterruptedException {
        List<Steps<Step>> steps = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            steps.add(loop.generate(i, 5, named(i % 2)));
        }
        int encoded = 0;
        for (Steps<Step> one : steps) {
            encoded += end(all(one)).usage().encodedContents();
        }
        assertThat(encoded).isEqualTo(2);
        assertThat(loop.pictures.batches.stream().mapToInt(List::size).sum()).isEqualTo(2);
    }

    @Test
    void aQuestionIsEncodedFromTheStatesOfItsPicture() throws InterruptedException {
        Question question = new Question(named(1), 7, "question 7");
        List<Step> steps = all(loop.generate(1, 5, question));
        assertThat(TinyLoop.tokens(steps)).isEqualTo(loop.alone(1, 5, seenAs(question)));
        assertThat(groups()).containsExactly("picture", "question");
        assertThat(loop.pictures.batches.get(1).get(0).parts().get(0).values())
                .isEqualTo(TinyLoop.encoded(question.picture()));
    }

    @Test
    void anotherQuestionAboutAPictureTakesItsStatesAsTheyAre() throws InterruptedException {
        all(loop.generate(1, 5, new Question(named(1), 7, "question 7")));
        Question other = new Question(named(1), 8, "question 8");
        List<Step> steps = all(loop.generate(2, 5, other));
        assertUse(steps, 1, 1);
        assertThat(TinyLoop.tokens(steps)).isEqualTo(loop.alone(2, 5, seenAs(other)));
        assertThat(groups()).containsExactly("picture", "question", "question");
        assertUse(all(loop.generate(3, 5, new Question(named(1), 8, "question 8"))), 0, 1);
        assertThat(groups()).hasSize(3);
    }

    @Test
    void whatDoesNotFitIsForgottenTheLeastRecentlyUsedFirst() throws InterruptedException {
        int most = (int)
                (TinyLoop.OPTIONS.encoderBytes() / (PICTURE_LENGTH * TinyDecoder.ENCODER_WIDTH * Float.BYTES)); // 50
        for (int i = 0; i < most; i++) {
            all(loop.generate(1, 1, named(i)));
        }
        assertUse(all(loop.generate(1, 1, named(0))), 0, 1);
        assertUse(all(loop.generate(1, 1, named(most))), 1, 0);
        assertUse(all(loop.generate(1, 1, named(0))), 0, 1);
        assertUse(all(loop.generate(1, 1, named(1))), 1, 0);
    }

    private static Picture named(int seed) {
        return new Picture(seed, PICTURE_LENGTH, "picture " + seed);
    }

    /** Returns the picture whose states are those that the test's encoder makes of a question. */
    private static Picture seenAs(Question question) {
        return new Picture(question.number(), question.length(), null);
    }

    private List<Object> groups() {
        return loop.pictures.batches.stream()
                .map(batch -> batch.get(0).source().group())
                .toList();
    }

    private static End end(List<Step> steps) {
        return (End) steps.get(steps.size() - 1);
    }

    private static void assertUse(List<Step> steps, int encoded, int hits) {
        assertThat(end(steps).usage().encodedContents()).as("encoded").isEqualTo(encoded);
        assertThat(end(steps).usage().encoderCacheHits()).as("cache hits").isEqualTo(hits);
    }
}
