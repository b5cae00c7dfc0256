package dev.sensorium.kit.image;

import java.io.IOException;

/** A file that is not as its format says; the message follows the format's name, as in "PNG: truncated (expected: a whole file)". */
final class BrokenPictureException extends IOException {

    private static final long serialVersionUID = 1L;

    BrokenPictureException(String message) {
        super(message);
    }

    static BrokenPictureException truncated() {
        return new BrokenPictureException("truncated (expected: a whole file)");
    }
}
