package dev.sensorium.plugin.clip;

import dev.sensorium.kit.checkpoint.HubConfig;

/**
 * The square pictures that an image tower takes.
 *
 * @param side width and height in pixels
 * @param patch width and height of a patch in pixels
 */
record Picture(int side, int patch) {

    private static final int MAX_SIDE = 1 << 14;

    /** Reads the sizes from a {@code vision_config}; a key that is absent means the size that is given. */
    static Picture read(HubConfig config, Picture absent) {
        int side = config.integer("image_size", 1, MAX_SIDE).orElse(absent.side);
        int channels = config.integer("num_channels", 1).orElse(3);
        if (channels != 3) {
            throw config.refuse("num_channels", channels, "3");
        }
        return new Picture(side, config.integer("patch_size", 1, side).orElse(absent.patch));
    }

    /** Returns the number of patches; what is left over at the right and at the bottom belongs to none. */
    int patches() {
        return (side / patch) * (side / patch);
    }
}
