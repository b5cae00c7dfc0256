package dev.sensorium.testkit.echo;

import dev.sensorium.spi.Image;
import dev.sensorium.spi.ImageGenerator.Drawing;
import dev.sensorium.spi.ImageGenerator.Finished;
import dev.sensorium.spi.ImageGenerator.Preview;
import dev.sensorium.spi.ImageGenerator.Progress;
import dev.sensorium.spi.ImageGenerator.Started;
import dev.sensorium.spi.ImageGenerator.Step;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * A painter of small PNGs in one colour, which prompt and seed choose, row by row; a row takes as many pieces as the
 * words of a prompt are said times.
 */
final class EchoPainter implements AutoCloseable {

    private static final int SIDE = 8;

    private final EchoConfig config;
    private final EchoInputs inputs;
    private final EchoLoop loop;

    EchoPainter(EchoConfig config, EchoInputs inputs, Path folder) {
        this.config = config;
        this.inputs = inputs;
        this.loop = new EchoLoop(config.talk(), folder);
    }

    Steps<Step> draw(Text prompt, Drawing drawing, PrepareOptions options) {
        String text = checked(prompt, options);
        int colour = (int) EchoHash.of(text + '\n' + drawing.seed());
        int pieces = SIDE * config.talk().repeat();
        List<Supplier<Step>> steps = new ArrayList<>();
        steps.add(() -> new Started(text.strip().split("\\s+").length, pieces));
        for (int i = 1; i <= pieces; i++) {
            int done = i;
            steps.add(() -> new Progress(done));
            if (drawing.previewEvery() > 0 && done % drawing.previewEvery() == 0 && done < pieces) {
                steps.add(() -> new Preview(png(colour, done * SIDE / pieces), done));
            }
        }
        steps.add(() -> finished(text, colour));
        Stream<Step> made = steps.stream().map(Supplier::get);
        return loop.start(made.iterator());
    }

    private String checked(Text prompt, PrepareOptions options) {
        try {
            return inputs.checked(prompt, options.truncateText());
        } catch (ModelException e) {
            throw e.at("prompt");
        }
    }

    private Finished finished(String text, int colour) {
        if (!config.poison().isEmpty() && text.contains(config.poison())) {
            throw new IllegalStateException("poison in \"" + text + "\"");
        }
        return new Finished(png(colour, SIDE));
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

    @Override
    public void close() {
        loop.close();
    }
}
