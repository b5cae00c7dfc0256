package dev.sensorium.plugin.gato;

import dev.sensorium.kit.image.ImageProcessor;
import dev.sensorium.kit.image.Pixels;
import dev.sensorium.spi.Space;
import dev.sensorium.spi.Value;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Makes tokens of the pictures that are observed.
 *
 * @param layout which ids mean what
 * @param processor brings pictures to the network's size
 * @param encoder embeds their patches
 * @param patches how many a picture has
 */
record PatchReader(Layout layout, ImageProcessor processor, PatchEncoder encoder, int patches) {

    /** Returns the tokens of a picture whose first patch is at this place of the observation. */
    Piece piece(Space.Image space, Value.Pixels value, int place) {
        int[] tokens = new int[patches];
        for (int i = 0; i < patches; i++) {
            tokens[i] = layout.at((place + i) % layout.places(), layout.size() + i);
        }
        float[] pixels = processor.process(new Pixels(space.width(), space.height(), rgb(space, value)));
        return new Piece(tokens, encoder.embed(List.of(pixels)));
    }

    private static byte[] rgb(Space.Image space, Value.Pixels value) {
        ByteBuffer from = value.bytes();
        byte[] bytes = new byte[from.remaining()];
        from.get(bytes);
        if (space.channels() == 3) {
            return bytes;
        }
        byte[] rgb = new byte[3 * bytes.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = bytes[i / 3];
        }
        return rgb;
    }
}
