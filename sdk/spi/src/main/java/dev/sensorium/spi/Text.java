package dev.sensorium.spi;

/**
 * A text.
 *
 * @param value the characters, well-formed UTF-16
 */
public record Text(String value) implements Content {

    @Override
    public Modality modality() {
        return Modality.TEXT;
    }
}
