package dev.sensorium.kit.image;

import dev.sensorium.kit.checkpoint.HubConfig;
import dev.sensorium.kit.image.ImageProcessor.Size;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A {@code preprocessor_config.json} and what its absent keys mean. */
record ImageProcessorConfig(HubConfig config, ImageDefaults defaults) {

    private static final int MAX_EDGE = 8192;

    ImageProcessor processor() {
        if (config.bool("do_pad").orElse(false)) {
            throw config.refuse("do_pad", true, "false");
        }
        return new ImageProcessor(resizing(), crop(), values());
    }

    private Optional<Resizing> resizing() {
        if (!config.bool("do_resize").orElse(true)) {
            return Optional.empty();
        }
        ResampleFilter filter = filter();
        if (!config.has("size")) {
            return Optional.of(resizing(defaults.edge(), defaults.square(), filter));
        }
        if (!config.hasObject("size")) {
            int edge = config.integer("size", 1, MAX_EDGE).required();
            return Optional.of(resizing(edge, defaults.numberIsSquare(), filter));
        }
        HubConfig size = config.object("size");
        if (!size.has("shortest_edge")) {
            return Optional.of(Resizing.to(size(size), filter));
        }
        if (size.has("longest_edge")) {
            throw config.refuse("size", "shortest_edge and longest_edge", "shortest_edge, or height and width");
        }
        return Optional.of(resizing(size.integer("shortest_edge", 1, MAX_EDGE).required(), false, filter));
    }

    private static Resizing resizing(int edge, boolean square, ResampleFilter filter) {
        return square ? Resizing.to(new Size(edge, edge), filter) : Resizing.toShortestEdge(edge, filter);
    }

    private ResampleFilter filter() {
        int code = config.integer("resample", 0).orElse(ResampleFilter.BICUBIC.code());
        return Arrays.stream(ResampleFilter.values())
                .filter(filter -> filter.code() == code)
                .findFirst()
                .orElseThrow(() -> config.refuse("resample", code, "0 nearest, 1 Lanczos, 2 bilinear or 3 bicubic"));
    }

    private Optional<Size> crop() {
        if (!config.bool("do_center_crop").orElse(defaults.centreCrop())) {
            return Optional.empty();
        }
        if (config.hasObject("crop_size")) {
            return Optional.of(size(config.object("crop_size")));
        }
        int edge = config.integer("crop_size", 1, MAX_EDGE).orElse(defaults.edge());
        return Optional.of(new Size(edge, edge));
    }

    private static Size size(HubConfig size) {
        return new Size(
                size.integer("width", 1, MAX_EDGE).required(),
                size.integer("height", 1, MAX_EDGE).required());
    }

    /** Returns what becomes of every byte of every colour, in the reference's order and precision of operations. */
    private float[][] values() {
        boolean rescale = config.bool("do_rescale").orElse(true);
        double factor = rescale ? config.number("rescale_factor").orElse(1.0 / 255) : 1;
        boolean normalise = config.bool("do_normalize").orElse(true);
        List<Double> mean = config.numbers("image_mean", 3).orElse(defaults.mean());
        List<Double> deviation = config.numbers("image_std", 3).orElse(defaults.deviation());
        float[][] values = new float[3][256];
        for (int c = 0; c < 3; c++) {
            if (normalise && deviation.get(c).floatValue() == 0) {
                throw config.refuse("image_std", deviation, "no zero");
            }
            for (int v = 0; v < 256; v++) {
                float value = (float) (v * factor);
                values[c][v] = normalise
                        ? (value - mean.get(c).floatValue()) / deviation.get(c).floatValue()
                        : value;
            }
        }
        return values;
    }
}
