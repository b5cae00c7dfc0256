package dev.sensorium.spi;

import java.nio.ByteBuffer;
import java.util.List;

/** A video: an encoded file, or its frames one by one. */
public sealed interface Video extends Content {

    @Override
    default Modality modality() {
        return Modality.VIDEO;
    }

    /**
     * A video as the pictures it consists of.
     *
     * @param images the frames in the order of time, at least one
     */
    record Frames(List<Image> images) implements Video {

        public Frames {
            images = List.copyOf(images);
        }
    }

    /**
     * A video in its encoded form.
     *
     * @param encoded the file's bytes; read-only, each accessor call returns a view with its own position
     */
    record File(ByteBuffer encoded) implements Video {

        public File {
            encoded = encoded.asReadOnlyBuffer();
        }

        @Override
        public ByteBuffer encoded() {
            return encoded.duplicate();
        }
    }
}
