package dev.sensorium.plugin.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sensorium.spi.Embedder;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Text;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextTest {

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n", "\u00a0\u3000"})
    void refusesTextWithoutACharacter(String blank) {
        try (ClipModel model = load()) {
            assertThatThrownBy(() -> model.prepare(new Text(blank), PrepareOptions.DEFAULT))
                    .isInstanceOfSatisfying(
                            ModelException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_INPUT))
                    .hasMessage("text: blank (expected: a character that is not white space)");
        }
    }

    @Test
    void countsTheTokensThatAreTooMany() {
        try (ClipModel model = load()) {
            Text text = new Text("red ".repeat(40));
            assertThatThrownBy(() -> model.prepare(text, PrepareOptions.DEFAULT))
                    .isInstanceOfSatisfying(
                            ModelException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LONG))
                    .hasMessage("tokens: 42 (expected: <= 32)");
            Text cut = new Text("red ".repeat(30));
            assertThat(embed(model, text, new PrepareOptions(true, false)))
                    .containsExactly(embed(model, cut, PrepareOptions.DEFAULT));
        }
    }

    @Test
    void paddingDoesNotChangeAnEmbedding() {
        try (ClipModel model = load()) {
            Embedder.Prepared shorter = model.prepare(new Text("a red circle"), PrepareOptions.DEFAULT);
            Embedder.Prepared longer = model.prepare(new Text("red ".repeat(20)), PrepareOptions.DEFAULT);
            assertThat(model.embed(List.of(shorter)).get(0))
                    .containsExactly(model.embed(List.of(shorter, longer)).get(0), Offset.offset(1e-6f));
        }
    }

    @Test
    void textsOfNearlyOneLengthShareABatch() {
        try (ClipModel model = load()) {
            Object five = model.prepare(new Text("a red circle"), PrepareOptions.DEFAULT)
                    .group();
            Object six = model.prepare(new Text("a very red circle"), PrepareOptions.DEFAULT)
                    .group();
            Object many = model.prepare(new Text("red ".repeat(20)), PrepareOptions.DEFAULT)
                    .group();
            assertThat(five).isEqualTo(six).isNotEqualTo(many);
        }
    }

    private static ClipModel load() {
        return ClipModel.load(Goldens.spec(Goldens.DEMO));
    }

    private static float[] embed(ClipModel model, Text text, PrepareOptions options) {
        return model.embed(List.of(model.prepare(text, options))).get(0);
    }
}
