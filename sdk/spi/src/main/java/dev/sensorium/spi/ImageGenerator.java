package dev.sensorium.spi;

import java.util.OptionalLong;

/** The capability to draw pictures from words. */
public non-sealed interface ImageGenerator extends Capability {

    /**
     * Starts to draw one picture. The last step, and only the last, is a {@link Finished}.
     *
     * @throws ModelException INVALID_INPUT, TOO_LONG, or CAPACITY if no slot is free
     */
    Steps<Step> draw(Text prompt, Drawing drawing);

    /**
     * How a picture is drawn.
     *
     * @param guidance weight of the prompt against no prompt; 1 for none
     * @param temperature 0 for the most likely picture
     * @param previewEvery pieces between two {@link Preview} steps; 0 for no previews
     * @param seed makes drawing repeatable; same seed, same picture
     */
    record Drawing(double guidance, double temperature, int previewEvery, OptionalLong seed) {

        public Drawing {
            if (!(guidance >= 0) || !(temperature >= 0) || previewEvery < 0) {
                throw new ModelException(
                        ModelException.Reason.INVALID_INPUT,
                        "drawing: guidance %s, temperature %s, previewEvery %d (expected: >= 0 each)"
                                .formatted(guidance, temperature, previewEvery));
            }
        }
    }

    /** A step of drawing. */
    sealed interface Step {}

    /**
     * How far it is.
     *
     * @param done pieces drawn so far
     * @param total pieces of the whole picture
     */
    record Progress(int done, int total) implements Step {}

    /**
     * The picture as far as it is drawn.
     *
     * @param image the whole frame, undrawn parts blank
     */
    record Preview(Image image) implements Step {}

    /**
     * The finished picture.
     *
     * @param image the picture
     * @param seed the seed that draws it again
     */
    record Finished(Image image, long seed) implements Step {}
}
