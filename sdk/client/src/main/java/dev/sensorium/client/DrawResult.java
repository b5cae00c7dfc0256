package dev.sensorium.client;

import java.util.List;

/**
 * The pictures of a call, all finished.
 *
 * @param pictures by their rank, the best first
 * @param usage what they took
 * @param model the model that drew them, "name/version"
 */
public record DrawResult(List<DrawnPicture> pictures, DrawingUsage usage, String model) {

    public DrawResult {
        pictures = List.copyOf(pictures);
    }

    /** Returns the best picture, or the first if nothing ranks them. */
    public DrawnPicture best() {
        return pictures.get(0);
    }
}
