package dev.sensorium.client;

import dev.sensorium.client.Content.Picture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;

/**
 * A picture that was drawn.
 *
 * @param index which of the pictures of its call it is, 0 for the first
 * @param rank its place by its score, 0 for the best; where nothing ranks them, its index
 * @param picture a PNG that names the prompt, the model and the seed in its metadata
 * @param seed draws it again
 * @param score how well it goes with the prompt; empty if nothing ranks the pictures
 */
public record DrawnPicture(int index, int rank, Picture picture, long seed, OptionalDouble score) {

    /** Returns the bytes of the PNG. */
    public byte[] png() {
        ByteBuffer encoded = picture.encoded();
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        return bytes;
    }

    /**
     * Writes the PNG to a file, in place of what is there.
     *
     * @throws UncheckedIOException if it cannot be written
     */
    public void writeTo(Path file) {
        try {
            Files.write(file, png());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
