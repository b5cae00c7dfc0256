package dev.sensorium.testkit.echo;

import dev.sensorium.spi.Image;
import dev.sensorium.spi.ImageGenerator.Drawing;
import dev.sensorium.spi.ImageGenerator.Finished;
import dev.sensorium.spi.ImageGenerator.Preview;
import dev.sensorium.spi.ImageGenerator.Progress;
import dev.sensorium.spi.ImageGenerator.Step;
import dev.sensorium.spi.Steps;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/** A painter of small PNGs in one colour, which prompt and seed choose, row by row. */
final class EchoPainter {

    private static final int SIDE = 8;

    private EchoPainter() {}

    static Steps<Step> draw(String prompt, Drawing drawing) {
        long seed = drawing.seed().orElseGet(System::nanoTime);
        int colour = (int) EchoHash.of(prompt + '\n' + seed);
        List<Step> steps = new ArrayList<>();
        for (int rows = 1; rows <= SIDE; rows++) {
            steps.add(new Progress(rows, SIDE));
            if (drawing.previewEvery() > 0 && rows % drawing.previewEvery() == 0 && rows < SIDE) {
                steps.add(new Preview(png(colour, rows)));
            }
        }
        steps.add(new Finished(png(colour, SIDE), seed));
        return new EchoSteps<>(steps.iterator());
    }

    private static Image png(int colour, int rows) {
        BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < rows * SIDE; i++) {
            picture.setRGB(i % SIDE, i / SIDE, colour);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Image.of(bytes.toByteArray());
    }
}
