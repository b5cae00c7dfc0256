package dev.sensorium.kit.image;

import dev.sensorium.kit.image.ImageProcessor.Size;
import java.util.Optional;

/**
 * To what size pictures are resized.
 *
 * @param shortestEdge the length of the shorter edge, the other in proportion; 0 if both are given
 * @param both both edges; only if there is no shortest edge
 */
record Resizing(int shortestEdge, Size both, ResampleFilter filter) {

    static Resizing toShortestEdge(int edge, ResampleFilter filter) {
        return new Resizing(edge, new Size(edge, edge), filter);
    }

    static Resizing to(Size size, ResampleFilter filter) {
        return new Resizing(0, size, filter);
    }

    Optional<Size> fixedSize() {
        return shortestEdge == 0 ? Optional.of(both) : Optional.empty();
    }

    /** Returns the new size of a picture; the longer edge is cut to an integer (get_resize_output_image_size). */
    Size size(int width, int height) {
        if (shortestEdge == 0) {
            return both;
        }
        int shorter = Math.min(width, height);
        int longer = (int) ((double) ((long) shortestEdge * Math.max(width, height)) / shorter);
        return width <= height ? new Size(shortestEdge, longer) : new Size(longer, shortestEdge);
    }
}
