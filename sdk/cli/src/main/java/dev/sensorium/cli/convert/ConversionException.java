package dev.sensorium.cli.convert;

import java.io.IOException;

/** A checkpoint that cannot be converted; the message names the file, what is wrong with it and what was expected. */
final class ConversionException extends IOException {

    private static final long serialVersionUID = 1L;

    ConversionException(String message) {
        super(message);
    }
}
