package dev.sensorium.kit.image;

import dev.sensorium.kit.checkpoint.HubConfig;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a checkpoint's {@code preprocessor_config.json} says is to be done with a picture: resize it, crop its centre,
 * rescale and normalise its values. Equal to transformers' processors on Pillow, without tolerance.
 *
 * <p>The result is {@code (height, width, 3)}, floats, row by row. Safe for use from many threads.
 */
public final class ImageProcessor {

    /** The name of the file in a checkpoint folder. */
    public static final String FILE = "preprocessor_config.json";

    /** The bound where no crop sets one: by its shorter edge, a thin picture may grow beyond all measure. */
    private static final long MAX_PIXELS = 1 << 24;

    private final Optional<Resizing> resizing;
    private final Optional<Size> crop;
    private final float[][] values;

    ImageProcessor(Optional<Resizing> resizing, Optional<Size> crop, float[][] values) {
        this.resizing = resizing;
        this.crop = crop;
        this.values = values;
    }

    /**
     * A size in pixels.
     *
     * @param width at least 1
     * @param height at least 1
     */
    public record Size(int width, int height) {}

    /**
     * Reads the processor of a checkpoint folder.
     *
     * @param defaults what the absence of a key means to the family
     * @throws ModelException INVALID_CHECKPOINT if the file is missing or says something impossible
     */
    public static ImageProcessor open(Path folder, ImageDefaults defaults) {
        return new ImageProcessorConfig(HubConfig.read(folder, FILE), defaults).processor();
    }

    /** Returns the size that every picture comes out in; empty if it depends on the picture's. */
    public Optional<Size> fixedSize() {
        return crop.or(() -> resizing.flatMap(Resizing::fixedSize));
    }

    /** Returns the size that a picture of this size comes out in. */
    public Size outputSize(int width, int height) {
        return crop.orElseGet(() -> resized(width, height));
    }

    /** Returns the values of a picture, {@code (height, width, 3)}. */
    public float[] process(Pixels picture) {
        Size output = outputSize(picture.width(), picture.height());
        FloatBuffer into = FloatBuffer.allocate(Math.toIntExact(3 * checkedPixels(output)));
        process(picture, into);
        return into.array();
    }

    /**
     * Puts the values of a picture, {@code (height, width, 3)}, at a buffer's position, and moves it on.
     *
     * @throws ModelException TOO_LONG if they are too many, which only a processor without fixed size can say
     */
    public void process(Pixels picture, FloatBuffer into) {
        Size resized = resized(picture.width(), picture.height());
        Size output = crop.orElse(resized);
        checkedPixels(output);
        // Where the output begins in the resized picture; outside of that there are zeros.
        int left = Math.floorDiv(resized.width() - output.width(), 2);
        int top = Math.floorDiv(resized.height() - output.height(), 2);
        Resize.Window window = new Resize.Window(
                Math.max(left, 0),
                Math.max(top, 0),
                Math.min(output.width(), resized.width()),
                Math.min(output.height(), resized.height()));
        ResampleFilter filter = resizing.map(Resizing::filter).orElse(ResampleFilter.NEAREST);
        Pixels part = Resize.resize(picture, resized.width(), resized.height(), filter, window);
        float[] row = new float[3 * output.width()];
        for (int y = 0; y < output.height(); y++) {
            fill(row, part, y + Math.min(top, 0), Math.max(-left, 0));
            into.put(row);
        }
    }

    private Size resized(int width, int height) {
        return resizing.map(step -> step.size(width, height)).orElse(new Size(width, height));
    }

    private static long checkedPixels(Size output) {
        long pixels = (long) output.width() * output.height();
        if (pixels > MAX_PIXELS) {
            throw new ModelException(
                    Reason.TOO_LONG,
                    "picture: %dx%d pixels after resizing (expected: <= %d)"
                            .formatted(output.width(), output.height(), MAX_PIXELS));
        }
        return pixels;
    }

    /** Fills in the values of a row after some padding; pixels beyond the picture are zero before they are rescaled. */
    private void fill(float[] row, Pixels part, int y, int padding) {
        byte[] rgb = part.rgb();
        int begin = 3 * padding;
        int end = y >= 0 && y < part.height() ? begin + 3 * part.width() : begin;
        int from = 3 * y * part.width() - begin;
        for (int c = 0; c < 3; c++) {
            float[] channel = values[c];
            for (int i = c; i < row.length; i += 3) {
                row[i] = channel[i >= begin && i < end ? rgb[from + i] & 0xFF : 0];
            }
        }
    }
}
