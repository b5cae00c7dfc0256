package dev.sensorium.server.registry;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Embedder;
import dev.sensorium.spi.Generator;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.ImageGenerator;
import dev.sensorium.spi.ImageGenerator.Drawing;
import dev.sensorium.spi.ImageGenerator.Preview;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Policy;
import dev.sensorium.spi.Policy.Observation;
import dev.sensorium.spi.Policy.Task;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Space;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import dev.sensorium.spi.Value;
import dev.sensorium.spi.Video;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * A model's first calls, made before anybody else's: one tiny item of each kind that it embeds, one token after a tiny
 * prompt if it generates, one preview of a picture if it draws, and one action if it acts. They pay for what is slow once,
 * and find out what loading alone does not.
 */
final class WarmUp {

    private static final int SIDE = 32;

    private static final Text TEXT = new Text("warm-up");

    /** Even a tiny text may be too long for a tiny model. */
    private static final PrepareOptions SHORTENED = new PrepareOptions(true, false);

    private static final Decoding ONE_TOKEN = Decoding.greedy(1);

    private final List<Content> samples;

    /** The prompts of which a generator gets the first that it takes; which ones it takes, only it knows. */
    private final List<Prompt> prompts;

    WarmUp() {
        Image picture = Image.of(png());
        Video video = new Video.Frames(List.of(picture));
        samples = List.of(TEXT, picture, video);
        prompts = Stream.of(List.of(picture, TEXT), List.of(picture), List.of(TEXT), List.of(video))
                .map(contents -> Prompt.of(Prompt.Task.GENERATE, contents))
                .toList();
    }

    private static byte[] png() {
        BufferedImage gradient = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < SIDE * SIDE; i++) {
            gradient.setRGB(i % SIDE, i / SIDE, i * 0x3f1f);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(gradient, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Calls the model.
     *
     * @throws ModelException if it does not answer as it says it does
     */
    void run(Model model) {
        if (model instanceof Embedder embedder) {
            samples.stream()
                    .filter(sample -> embedder.modalities().contains(sample.modality()))
                    .forEach(sample -> embed(embedder, sample));
        }
        if (model instanceof Generator generator) {
            generate(generator);
        }
        if (model instanceof ImageGenerator generator) {
            draw(generator);
        }
        if (model instanceof Policy policy) {
            act(policy);
        }
    }

    /** Draws until there is a preview, or all if there is none. */
    private static void draw(ImageGenerator generator) {
        Drawing usual = generator.defaultDrawing();
        Drawing drawing = new Drawing(usual.guidance(), usual.temperature(), usual.topK(), 1, usual.seed());
        try (Steps<ImageGenerator.Step> steps = generator.draw(TEXT, drawing, SHORTENED)) {
            Optional<ImageGenerator.Step> step = steps.next();
            while (step.isPresent() && !(step.get() instanceof Preview)) {
                step = steps.next();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ModelException(Reason.INTERNAL, "interrupted in the warm-up", e);
        } catch (ModelException e) {
            throw new ModelException(e.reason(), "warm-up with a picture: " + e.getMessage(), e);
        }
    }

    /** Takes an action in tiny spaces, if they are to the model's taste. */
    private static void act(Policy policy) {
        Task task = Task.of("", Map.of("observation", Space.Box.of(1, -1, 1)), Map.of("action", new Space.Discrete(2)));
        Observation observation = Observation.of(Map.of("observation", Value.Numbers.of(0)));
        try (Policy.Episode episode = policy.open(task)) {
            episode.act(observation).toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ModelException failure) {
                throw new ModelException(failure.reason(), "warm-up with a task: " + failure.getMessage(), e);
            }
            throw e;
        } catch (ModelException e) {
            if (e.reason() != Reason.INVALID_INPUT) {
                throw new ModelException(e.reason(), "warm-up with a task: " + e.getMessage(), e);
            }
        }
    }

    private void generate(Generator generator) {
        for (Prompt prompt : prompts) {
            boolean readable = prompt.contents().stream()
                    .allMatch(content -> generator.promptable().contains(content.modality()));
            if (readable && generates(generator, prompt)) {
                return;
            }
        }
    }

    /** Generates a token, or returns false if the prompt is not to the model's taste. */
    private static boolean generates(Generator generator, Prompt prompt) {
        try (Steps<Generator.Step> steps = generator.generate(prompt, ONE_TOKEN, SHORTENED)) {
            Optional<Generator.Step> step = steps.next();
            while (step.isPresent()) {
                step = steps.next();
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ModelException(Reason.INTERNAL, "interrupted in the warm-up", e);
        } catch (ModelException e) {
            if (e.reason() == Reason.INVALID_INPUT || e.reason() == Reason.TOO_LONG) {
                return false;
            }
            throw new ModelException(e.reason(), "warm-up with a prompt: " + e.getMessage(), e);
        }
    }

    private void embed(Embedder embedder, Content sample) {
        try {
            List<float[]> rows = embedder.embed(List.of(embedder.prepare(sample, SHORTENED)));
            check(rows, embedder.dimensions());
        } catch (ModelException e) {
            throw new ModelException(e.reason(), "warm-up with %s: %s".formatted(sample.modality(), e.getMessage()), e);
        }
    }

    private static void check(List<float[]> rows, int dimensions) {
        if (rows.size() != 1 || rows.get(0).length != dimensions) {
            throw new ModelException(
                    Reason.INTERNAL,
                    "%d embeddings of %d numbers (expected: 1 of %d)"
                            .formatted(rows.size(), rows.isEmpty() ? 0 : rows.get(0).length, dimensions));
        }
        for (float value : rows.get(0)) {
            if (!Float.isFinite(value)) {
                throw new ModelException(
                        Reason.NOT_FINITE, "embedding: %s (expected: finite numbers)".formatted(value));
            }
        }
    }
}
