package dev.sensorium.kit.image;

import java.io.IOException;

/** A picture file whose structure has been read, but not its pixels: nothing was allocated for them yet. */
interface PictureFile {

    int width();

    int height();

    /** Returns the EXIF orientation, 1 to 8; 1 where the file has none. */
    default int orientation() {
        return 1;
    }

    /**
     * Decodes the picture, of an animation the first frame.
     *
     * @throws IOException if the file is broken; decoders of the JDK also throw unchecked exceptions
     */
    Pixels decode() throws IOException;
}
