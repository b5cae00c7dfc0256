package dev.sensorium.spi;

import dev.sensorium.spi.ModelException.Reason;

/** The capability to draw pictures from words. */
public non-sealed interface ImageGenerator extends Capability {

    /** Returns how the reference implementation draws if it is told nothing; seed 0, no previews. */
    Drawing defaultDrawing();

    /**
     * Starts to draw one picture: a {@link Started}, {@link Progress} and {@link Preview} steps, and a {@link Finished}.
     *
     * <p>The prompt is read before this returns, on the caller's thread; the network runs later. A step that holds a
     * picture may compute it in {@link Steps#next}, on the thread that pulls.
     *
     * @throws ModelException INVALID_INPUT or TOO_LONG, {@link ModelException#at} "prompt" or the setting, "guidance",
     *     "temperature", "top_k" or "preview_interval"; CAPACITY if too many wait already
     */
    Steps<Step> draw(Text prompt, Drawing drawing, PrepareOptions options);

    /**
     * How a picture is drawn.
     *
     * @param guidance weight of the prompt against no prompt; 1 for the prompt alone
     * @param temperature divides the logits; 0 for the most likely pieces
     * @param topK each piece is one of so many most likely ones; 0 for any
     * @param previewEvery pieces between two {@link Preview} steps; 0 for no previews
     * @param seed the same seed and settings, the same picture, whatever else runs
     */
    record Drawing(double guidance, double temperature, int topK, int previewEvery, long seed) {

        public Drawing {
            require(guidance >= 0 && Double.isFinite(guidance), "guidance", guidance, ">= 0 and finite");
            require(temperature >= 0 && Double.isFinite(temperature), "temperature", temperature, ">= 0 and finite");
            require(topK >= 0, "top_k", topK, ">= 0");
            require(previewEvery >= 0, "preview_interval", previewEvery, ">= 0");
        }

        /** Returns the same with another seed. */
        public Drawing seeded(long other) {
            return new Drawing(guidance, temperature, topK, previewEvery, other);
        }

        private static void require(boolean holds, String name, Number value, String expectation) {
            if (!holds) {
                throw new ModelException(Reason.INVALID_INPUT, "%s (expected: %s)".formatted(value, expectation))
                        .at(name);
            }
        }
    }

    /** A step of drawing. */
    sealed interface Step {}

    /**
     * The first step: the wait is over, and the prompt is being read.
     *
     * @param promptTokens tokens that the prompt takes
     * @param pieces pieces of the whole picture, each drawn with one token
     */
    record Started(int promptTokens, int pieces) implements Step {}

    /**
     * How far it is.
     *
     * @param done pieces drawn so far
     */
    record Progress(int done) implements Step {}

    /**
     * The picture as far as it is drawn.
     *
     * @param image the whole frame as a PNG, undrawn parts as the model imagines them
     * @param done pieces drawn so far
     */
    record Preview(Image image, int done) implements Step {}

    /**
     * The finished picture.
     *
     * @param image a PNG that names the prompt, the model and the seed in its metadata
     */
    record Finished(Image image) implements Step {}
}
