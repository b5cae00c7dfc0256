package dev.sensorium.client;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How pictures are to be drawn where there is a choice. Immutable: each {@code with} method returns a changed copy.
 *
 * @param model "name" for its newest version, or "name/version"; empty if only one model can draw
 * @param style how a picture is drawn
 * @param series how many pictures are drawn, and what is told of them
 * @param truncatePrompt cut a prompt that is longer than the model reads, instead of refusing it
 * @param deadline how long the call may take, to its last picture; empty for the client's own, 60 seconds unless told
 *     otherwise
 */
public record DrawOptions(
        String model, Style style, Series series, boolean truncatePrompt, Optional<Duration> deadline) {

    /** The only model there is, one picture, drawn as the model has it from any seed, without previews. */
    public static final DrawOptions DEFAULT = new DrawOptions(
            "",
            new Style(OptionalDouble.empty(), OptionalDouble.empty(), OptionalInt.empty(), OptionalLong.empty()),
            new Series(1, 0, ""),
            false,
            Optional.empty());

    /**
     * How a picture is drawn; what is empty is as the model's generation_config.json says, or as its reference does.
     *
     * @param guidance how much more the prompt weighs than no prompt, at least 0; 1 for the prompt alone
     * @param temperature divides the logits, at least 0; 0 for the most likely pieces
     * @param topK each piece is one of so many most likely ones; 0 for any
     * @param seed of the first picture, 1 more for each after it: the same seed and settings draw the same picture; empty
     *     for any
     */
    public record Style(OptionalDouble guidance, OptionalDouble temperature, OptionalInt topK, OptionalLong seed) {}

    /**
     * How many pictures are drawn, and what is told of them.
     *
     * @param count how many, at least 1; the server has a limit, 16 by default
     * @param previewInterval pieces between two previews of a picture; 0 for no previews
     * @param rerankModel a model that scores the pictures against the prompt when all are finished, so that they come best
     *     first; empty for none
     */
    public record Series(int count, int previewInterval, String rerankModel) {}

    /** Returns these options for a model, "name" or "name/version". */
    public DrawOptions withModel(String model) {
        return new DrawOptions(model, style, series, truncatePrompt, deadline);
    }

    /** Returns these options with another weight of the prompt against no prompt. */
    public DrawOptions withGuidance(double guidance) {
        return withStyle(new Style(OptionalDouble.of(guidance), style.temperature(), style.topK(), style.seed()));
    }

    /** Returns these options at another temperature. */
    public DrawOptions withTemperature(double temperature) {
        return withStyle(new Style(style.guidance(), OptionalDouble.of(temperature), style.topK(), style.seed()));
    }

    /** Returns these options with each piece one of so many most likely ones. */
    public DrawOptions withTopK(int count) {
        return withStyle(new Style(style.guidance(), style.temperature(), OptionalInt.of(count), style.seed()));
    }

    /** Returns these options with a seed. */
    public DrawOptions withSeed(long seed) {
        return withStyle(new Style(style.guidance(), style.temperature(), style.topK(), OptionalLong.of(seed)));
    }

    /** Returns these options for so many pictures. */
    public DrawOptions withCount(int count) {
        return withSeries(new Series(count, series.previewInterval(), series.rerankModel()));
    }

    /** Returns these options with a preview whenever so many pieces are drawn; 0 for none. */
    public DrawOptions withPreviewInterval(int pieces) {
        return withSeries(new Series(series.count(), pieces, series.rerankModel()));
    }

    /** Returns these options with a model that ranks the pictures. */
    public DrawOptions withRerankModel(String model) {
        return withSeries(new Series(series.count(), series.previewInterval(), model));
    }

    /** Returns these options with an over-long prompt cut, or refused. */
    public DrawOptions withTruncatePrompt(boolean truncatePrompt) {
        return new DrawOptions(model, style, series, truncatePrompt, deadline);
    }

    /** Returns these options with a deadline of their own. */
    public DrawOptions withDeadline(Duration deadline) {
        return new DrawOptions(model, style, series, truncatePrompt, Optional.of(deadline));
    }

    private DrawOptions withStyle(Style other) {
        return new DrawOptions(model, other, series, truncatePrompt, deadline);
    }

    private DrawOptions withSeries(Series other) {
        return new DrawOptions(model, style, other, truncatePrompt, deadline);
    }
}
