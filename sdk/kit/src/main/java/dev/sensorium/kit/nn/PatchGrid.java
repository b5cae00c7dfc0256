package dev.sensorium.kit.nn;

import dev.sensorium.kit.checkpoint.HubConfig;

/**
 * The square pictures that an image tower takes, and the square patches that it cuts them into.
 *
 * @param side width and height in pixels
 * @param patch width and height of a patch in pixels
 */
public record PatchGrid(int side, int patch) {

    private static final int MAX_SIDE = 1 << 14;

    /** Reads the sizes from a {@code vision_config}; a key that is absent means the size that is given. */
    public static PatchGrid read(HubConfig config, PatchGrid absent) {
        int side = config.integer("image_size", 1, MAX_SIDE).orElse(absent.side);
        int channels = config.integer("num_channels", 1).orElse(3);
        if (channels != 3) {
            throw config.refuse("num_channels", channels, "3");
        }
        return new PatchGrid(side, config.integer("patch_size", 1, side).orElse(absent.patch));
    }

    /** Returns the number of patches; what is left over at the right and at the bottom belongs to none. */
    public int patches() {
        return (side / patch) * (side / patch);
    }
}
