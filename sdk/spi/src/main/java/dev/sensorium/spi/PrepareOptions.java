package dev.sensorium.spi;

/**
 * How an item is to be preprocessed where the reference leaves a choice.
 *
 * @param truncateText cut text that is longer than the context, instead of refusing it
 * @param applyOrientation turn pictures as their EXIF orientation says; the reference implementations do not
 */
public record PrepareOptions(boolean truncateText, boolean applyOrientation) {

    /** Refuses over-long text and leaves pictures as they are stored. */
    public static final PrepareOptions DEFAULT = new PrepareOptions(false, false);
}
