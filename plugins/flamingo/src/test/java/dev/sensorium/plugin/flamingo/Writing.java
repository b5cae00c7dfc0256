package dev.sensorium.plugin.flamingo;

import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Generator;
import dev.sensorium.spi.Generator.Delta;
import dev.sensorium.spi.Generator.End;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Steps;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a generator wrote.
 *
 * @param tokens all of them, the end included
 * @param text what they say
 * @param end why and with what use
 */
record Writing(List<Integer> tokens, String text, End end) {

    static Writing of(Generator generator, Prompt prompt, Decoding decoding) throws InterruptedException {
        List<Integer> tokens = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        try (Steps<Step> steps = generator.generate(prompt, decoding, PrepareOptions.DEFAULT)) {
            for (Optional<Step> step = steps.next(); step.isPresent(); step = steps.next()) {
                if (step.get() instanceof Delta delta) {
                    tokens.addAll(delta.tokens());
                    text.append(delta.text());
                } else if (step.get() instanceof End end) {
                    return new Writing(tokens, text.toString(), end);
                }
            }
        }
        throw new AssertionError("no End after " + tokens);
    }
}
