package dev.sensorium.client;

import dev.sensorium.client.Content.Picture;
import java.time.Duration;

/**
 * Something that happens in a {@link Drawing}: first a start, then progress and previews of any of its pictures and each
 * picture once, last the end.
 */
public sealed interface DrawingEvent {

    /**
     * The first event: the first of the pictures is being drawn.
     *
     * @param model the model that draws, "name/version"
     * @param seed of the first picture
     * @param pieces how many pieces a picture has
     * @param promptTokens how many tokens the prompt takes
     * @param queueTime how long the first picture waited for its turn
     */
    record Started(String model, long seed, int pieces, int promptTokens, Duration queueTime) implements DrawingEvent {}

    /**
     * A picture is further.
     *
     * @param index which of the pictures, 0 for the first
     * @param done how many of its pieces are drawn
     * @param total how many pieces it has
     * @param timeLeft how long the rest of it will take, by how long it took so far
     */
    record Progress(int index, int done, int total, Duration timeLeft) implements DrawingEvent {}

    /**
     * A picture as far as it is drawn.
     *
     * @param index which of the pictures, 0 for the first
     * @param picture the whole frame as a PNG, what is not drawn yet as the model imagines it
     * @param done how many of its pieces are drawn
     */
    record Preview(int index, Picture picture, int done) implements DrawingEvent {}

    /**
     * A picture is finished.
     *
     * @param drawn the picture
     */
    record Drawn(DrawnPicture drawn) implements DrawingEvent {}

    /**
     * The last event.
     *
     * @param usage what it took
     */
    record Finished(DrawingUsage usage) implements DrawingEvent {}
}
