package dev.sensorium.plugin.flamingo;

import dev.sensorium.kit.decode.Source;

/**
 * A picture of a prompt, or a frame of a video.
 *
 * @param key the same for pictures of the same states
 * @param pixels (S, S, 3)
 * @param length how many states it has
 */
@SuppressWarnings("ArrayRecordComponent") // goes straight to the network, never compared
record PictureSource(Object key, float[] pixels, int length) implements Source {

    /** What pictures are encoded in one batch by. */
    static final String GROUP = "pictures";

    @Override
    public Object group() {
        return GROUP;
    }
}
