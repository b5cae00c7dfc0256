package dev.sensorium.plugin.dalle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sensorium.spi.ImageGenerator.Drawing;
import dev.sensorium.spi.ImageGenerator.Preview;
import dev.sensorium.spi.ImageGenerator.Started;
import dev.sensorium.spi.ImageGenerator.Step;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who closes a drawing frees its rows for the next one, whatever it was at. */
@Timeout(120)
class CancelTest {

    private static final Text PROMPT = new Text("a red circle");
    private static final Drawing DRAWING = new Drawing(3, 1, 0, 1, 1);

    @Test
    void closingFreesTheRowsWithinAStep() throws InterruptedException {
        try (DalleModel model = DalleModel.load(Goldens.with(Goldens.spec("dalle"), "slots", "2"))) {
            for (int steps = 0; steps < 30; steps++) {
                try (Steps<Step> drawn = model.draw(PROMPT, DRAWING, PrepareOptions.DEFAULT)) {
                    assertThat(drawn.next().orElseThrow()).isInstanceOf(Started.class);
                    for (int i = 0; i < steps; i++) {
                        assertThat(drawn.next()).isPresent();
                    }
                }
            }
        }
    }

    @Test
    void closedAtRandomMomentsLeavesNothingBehind() throws InterruptedException {
        Random random = new Random(7);
        try (DalleModel model = DalleModel.load(Goldens.with(Goldens.spec("dalle"), "slots", "4"))) {
            List<Steps<Step>> open = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                open.add(model.draw(PROMPT, DRAWING.seeded(i), PrepareOptions.DEFAULT));
                Thread.sleep(random.nextInt(3));
                if (open.size() > random.nextInt(12)) {
                    open.remove(random.nextInt(open.size())).close();
                }
            }
            open.forEach(Steps::close);
            try (Steps<Step> first = model.draw(PROMPT, DRAWING, PrepareOptions.DEFAULT);
                    Steps<Step> second = model.draw(PROMPT, DRAWING, PrepareOptions.DEFAULT)) {
                assertThat(first.next().orElseThrow()).isInstanceOf(Started.class);
                assertThat(second.next().orElseThrow()).isInstanceOf(Started.class);
            }
        }
    }

    @Test
    void isEmptyOnceClosedEvenIfAPictureIsDue() throws InterruptedException {
        try (DalleModel model = DalleModel.load(Goldens.spec("dalle"))) {
            Steps<Step> drawn = model.draw(PROMPT, DRAWING, PrepareOptions.DEFAULT);
            drawn.next();
            drawn.next();
            assertThat(drawn.isReady()).as("a preview is due").isTrue();
            drawn.close();
            assertThat(drawn.next()).isEmpty();
        }
    }

    @Test
    void aPictureThatIsInterruptedComesLater() throws InterruptedException {
        try (DalleModel model = DalleModel.load(Goldens.spec("dalle"));
                Steps<Step> drawn = model.draw(PROMPT, DRAWING, PrepareOptions.DEFAULT)) {
            drawn.next();
            drawn.next();
            Thread.currentThread().interrupt();
            assertThatThrownBy(drawn::next).isInstanceOf(InterruptedException.class);
            assertThat(drawn.next().orElseThrow()).isInstanceOf(Preview.class);
        }
    }

    @Test
    void failsOnceTheModelIsClosed() throws InterruptedException {
        DalleModel model = DalleModel.load(Goldens.spec("dalle"));
        try (Steps<Step> drawn = model.draw(PROMPT, DRAWING, PrepareOptions.DEFAULT)) {
            assertThat(drawn.next()).isPresent();
            model.close();
            assertThatThrownBy(() -> {
                        for (Optional<Step> step = drawn.next(); step.isPresent(); ) {
                            step = drawn.next();
                        }
                    })
                    .isInstanceOf(ModelException.class)
                    .hasMessage("the model is being closed");
        }
    }
}
