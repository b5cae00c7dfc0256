package dev.sensorium.kit.decode;

import static dev.sensorium.kit.decode.TinyLoop.all;
import static dev.sensorium.kit.decode.TinyLoop.encoded;
import static dev.sensorium.kit.decode.TinyLoop.length;
import static dev.sensorium.kit.decode.TinyLoop.picture;
import static dev.sensorium.kit.decode.TinyLoop.prompt;
import static dev.sensorium.kit.decode.TinyLoop.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Generator.Delta;
import dev.sensorium.spi.Generator.End;
import dev.sensorium.spi.Generator.FinishReason;
import dev.sensorium.spi.Generator.Started;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.Generator.Usage;
import dev.sensorium.spi.Steps;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TokenLoopTest extends LoopTest {

    @Test
    void tellsWhatHappens() throws InterruptedException {
        Picture picture = new Picture(1, 5, "a");
        List<Step> steps = all(loop.generate(1, 4, picture));
        assertThat(steps).hasSize(6);
        assertThat(steps.get(0)).isEqualTo(new Started(length(1)));
        assertThat(steps.get(5)).isEqualTo(new End(FinishReason.LENGTH, new Usage(length(1), 4, 1, 0, 0)));
        List<Integer> tokens = loop.alone(1, 4, picture);
        for (int i = 0; i < 4; i++) {
            String text = TinyLoop.VOCABULARY.text(tokens.get(i));
            assertThat(steps.get(i + 1)).isEqualTo(new Delta(text, List.of(tokens.get(i)), List.of()));
        }
    }

    @Test
    void manyRequestsGoOnAsEachWouldAlone() throws InterruptedException {
        List<Steps<Step>> running = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            running.add(loop.generate(i, 1 + i % 19, picture(i)));
        }
        for (int i = 0; i < 40; i++) {
            assertThat(tokens(all(running.get(i))))
                    .as("request %d", i)
                    .isEqualTo(loop.alone(i, 1 + i % 19, picture(i)));
        }
        loop.assertIdle();
    }

    @Test
    void rowsGoOnFromAnyOther() throws InterruptedException {
        List<Wandering> searches = new ArrayList<>();
        List<Steps<Step>> running = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Wandering search = new Wandering(prompt(i), 1 + i % 4, 15, i);
            searches.add(search);
            List<Opening> openings = List.of(new Opening(prompt(i), picture(i)));
            running.add(loop.loop.generate(openings, search, 15, TinyLoop.output()));
        }
        for (int i = 0; i < 8; i++) {
            all(running.get(i));
            float[] encoded = encoded(picture(i));
            for (Wandering.Seen seen : searches.get(i).seen()) {
                float[] expected = loop.tiny.logits(seen.tokens(), encoded).get(seen.tokens().length - 1);
                assertThat(seen.logits()).containsExactly(expected, Offset.offset(1e-5f));
            }
        }
        loop.assertIdle();
    }
}
