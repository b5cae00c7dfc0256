package dev.sensorium.kit.image;

import java.util.List;

/**
 * What the absence of a key in {@code preprocessor_config.json} means to a family, and what a plain number as size
 * means: the defaults of its processor class in transformers.
 *
 * @param edge the size to resize and to crop to
 * @param square whether the default is to resize both edges to it, and not the shorter one
 * @param numberIsSquare whether a size that is a plain number means both edges, and not the shorter one
 * @param centreCrop whether the centre is cropped
 * @param mean of red, green and blue
 * @param deviation of red, green and blue
 */
public record ImageDefaults(
        int edge,
        boolean square,
        boolean numberIsSquare,
        boolean centreCrop,
        List<Double> mean,
        List<Double> deviation) {

    /** The defaults of CLIPImageProcessor. */
    public static final ImageDefaults CLIP = new ImageDefaults(
            224,
            false,
            false,
            true,
            List.of(0.48145466, 0.4578275, 0.40821073),
            List.of(0.26862954, 0.26130258, 0.27577711));

    /** The defaults of BlipImageProcessor. */
    public static final ImageDefaults BLIP = new ImageDefaults(384, true, true, false, CLIP.mean(), CLIP.deviation());

    /** The defaults of SiglipImageProcessor. */
    public static final ImageDefaults SIGLIP =
            new ImageDefaults(224, true, false, false, List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5));

    public ImageDefaults {
        mean = List.copyOf(mean);
        deviation = List.copyOf(deviation);
    }
}
