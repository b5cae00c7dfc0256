package dev.sensorium.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sensorium.spi.ModelException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The match that every dual encoder has by default: embeddings in batches by group, then scores. */
class DualEncoderTest {

    private final Lengths encoder = new Lengths();

    @Test
    void scoresContentsAgainstTextsInOrder() {
        float[][] scores = encoder.match(texts("aa", "b", "cc"), texts("xxx", "yy"), PrepareOptions.DEFAULT);
        assertThat(scores).isDeepEqualTo(new float[][] {{6, 4}, {3, 2}, {6, 4}});
    }

    @Test
    void embedsEachGroupTogether() {
        encoder.match(texts("aa", "b", "cc", "d", "e"), texts("xxx"), PrepareOptions.DEFAULT);
        assertThat(encoder.batches).containsExactly(2, 3, 1);
    }

    @Test
    void matchesWhatItEmbeds() {
        assertThat(encoder.matchable()).isEqualTo(encoder.modalities());
    }

    @Test
    void namesTheContentThatIsRefused() {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> encoder.match(texts("a", ""), texts("x"), PrepareOptions.DEFAULT))
                .withMessage("contents[1]: text: empty (expected: a character)")
                .returns(Reason.INVALID_INPUT, ModelException::reason);
    }

    @Test
    void namesTheTextThatIsRefused() {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> encoder.match(texts("a"), texts("x", "y", ""), PrepareOptions.DEFAULT))
                .withMessage("texts[2]: text: empty (expected: a character)");
    }

    @Test
    void noContentsHaveNoScores() {
        assertThat(encoder.match(List.of(), texts("x"), PrepareOptions.DEFAULT)).isEmpty();
        assertThat(encoder.match(texts("a"), List.of(), PrepareOptions.DEFAULT)).isDeepEqualTo(new float[1][0]);
    }

    private static List<Text> texts(String... values) {
        return List.of(values).stream().map(Text::new).toList();
    }

    /** Embeds a text as its length, in batches of equal lengths, and scores by multiplying. */
    private static final class Lengths implements DualEncoder {

        private final List<Integer> batches = new ArrayList<>();

        private record Item(Integer group) implements Prepared {}

        @Override
        public Set<Modality> modalities() {
            return Set.of(Modality.TEXT);
        }

        @Override
        public int dimensions() {
            return 1;
        }

        @Override
        public Prepared prepare(Content content, PrepareOptions options) {
            String value = ((Text) content).value();
            if (value.isEmpty()) {
                throw new ModelException(Reason.INVALID_INPUT, "text: empty (expected: a character)");
            }
            return new Item(value.length());
        }

        @Override
        public List<float[]> embed(List<Prepared> batch) {
            batches.add(batch.size());
            return batch.stream()
                    .map(item -> new float[] {((Item) item).group()})
                    .toList();
        }

        @Override
        public Normalization normalization() {
            return Normalization.SOFTMAX;
        }

        @Override
        public float[][] score(List<float[]> contents, List<float[]> texts) {
            float[][] scores = new float[contents.size()][texts.size()];
            for (int m = 0; m < scores.length; m++) {
                for (int n = 0; n < scores[m].length; n++) {
                    scores[m][n] = contents.get(m)[0] * texts.get(n)[0];
                }
            }
            return scores;
        }
    }
}
