package dev.sensorium.plugin.dalle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sensorium.spi.ImageGenerator.Drawing;
import dev.sensorium.spi.ImageGenerator.Started;
import dev.sensorium.spi.ImageGenerator.Step;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What cannot be drawn is refused before anything is computed, and says why. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadPromptTest {

    private static final PrepareOptions CUT = new PrepareOptions(true, false);

    private DalleModel model;

    @BeforeAll
    void load() {
        model = DalleModel.load(Goldens.spec("dalle"));
    }

    @AfterAll
    void close() {
        model.close();
    }

    @Test
    void holdsSomethingThatCanBeRead() {
        String blank = "prompt: blank (expected: a character that is not white space)";
        assertRefused("", Reason.INVALID_INPUT, blank);
        assertRefused(" \n\t", Reason.INVALID_INPUT, blank);
        assertRefused(
                "日本語", Reason.INVALID_INPUT, "prompt: no character that the model reads (expected: ASCII or emoji)");
    }

    @Test
    void isNotTooLong() {
        assertRefused("a ".repeat(18), Reason.TOO_LONG, "prompt: 20 tokens (expected: <= 19)");
        assertRefused("日".repeat(609), Reason.TOO_LONG, "prompt: 609 characters (expected: <= 608)");
    }

    @Test
    void isCutIfAsked() throws InterruptedException {
        for (String prompt : new String[] {"a ".repeat(18), "word ".repeat(100_000), "x".repeat(1_000_000)}) {
            try (Steps<Step> steps = model.draw(new Text(prompt), model.defaultDrawing(), CUT)) {
                assertThat(((Started) steps.next().orElseThrow()).promptTokens())
                        .isEqualTo(19);
            }
        }
    }

    @Test
    void settingsAreWithinBounds() {
        assertRefused(new Drawing(1001, 1, 0, 0, 0), "guidance: 1001.0 (expected: <= 1000.0)");
        assertRefused(new Drawing(1, 1e-9, 0, 0, 0), "temperature: 1.0E-9 (expected: 0, or >= 0.001)");
    }

    @Test
    void settingsAtTheirBoundsAreDrawn() throws InterruptedException {
        for (Drawing drawing : new Drawing[] {
            new Drawing(1000, 1e-3, 1_000_000, 0, Long.MIN_VALUE), new Drawing(0, 1e30, 0, 1000, Long.MAX_VALUE)
        }) {
            assertThat(Drawings.picture(model, "a red circle", drawing)).isNotNull();
        }
    }

    private void assertRefused(String prompt, Reason reason, String message) {
        assertThatThrownBy(() -> model.draw(new Text(prompt), model.defaultDrawing(), PrepareOptions.DEFAULT)
                        .close())
                .isInstanceOf(ModelException.class)
                .hasMessage(message)
                .extracting(e -> ((ModelException) e).reason())
                .isEqualTo(reason);
    }

    private void assertRefused(Drawing drawing, String message) {
        assertThatThrownBy(() -> model.draw(new Text("a red circle"), drawing, PrepareOptions.DEFAULT)
                        .close())
                .isInstanceOf(ModelException.class)
                .hasMessage(message)
                .extracting(e -> ((ModelException) e).reason())
                .isEqualTo(Reason.INVALID_INPUT);
    }
}
