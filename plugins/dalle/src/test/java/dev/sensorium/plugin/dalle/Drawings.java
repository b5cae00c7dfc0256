package dev.sensorium.plugin.dalle;

import dev.sensorium.spi.Image;
import dev.sensorium.spi.ImageGenerator;
import dev.sensorium.spi.ImageGenerator.Drawing;
import dev.sensorium.spi.ImageGenerator.Finished;
import dev.sensorium.spi.ImageGenerator.Step;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a model draws. */
final class Drawings {

    private Drawings() {}

    /** Returns all steps of a drawing. */
    static List<Step> steps(ImageGenerator model, String prompt, Drawing drawing) throws InterruptedException {
        try (Steps<Step> steps = model.draw(new Text(prompt), drawing, PrepareOptions.DEFAULT)) {
            List<Step> all = new ArrayList<>();
            for (Optional<Step> step = steps.next(); step.isPresent(); step = steps.next()) {
                all.add(step.get());
            }
            return all;
        }
    }

    /** Returns the finished picture. */
    static Image picture(ImageGenerator model, String prompt, Drawing drawing) throws InterruptedException {
        List<Step> steps = steps(model, prompt, drawing);
        return ((Finished) steps.get(steps.size() - 1)).image();
    }

    static byte[] bytes(Image image) {
        byte[] bytes = new byte[image.encoded().remaining()];
        image.encoded().get(bytes);
        return bytes;
    }
}
