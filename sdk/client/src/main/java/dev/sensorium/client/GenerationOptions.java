package dev.sensorium.client;

import java.time.Duration;
import java.util.Optional;

/**
 * How a text is to be generated or scored where there is a choice. Immutable: each {@code with} method returns a changed
 * copy.
 *
 * @param model "name" for its newest version, or "name/version"; empty if only one model can do it
 * @param decoding how tokens are chosen; nothing is when texts are scored
 * @param treatment how contents are treated
 * @param deadline how long the call may take, to its last token; empty for the client's own, 60 seconds unless told
 *     otherwise
 * @param resumeWindow for how long a {@link Generation} is to outlive a broken connection; zero for not at all. The
 *     server has a limit, 30 seconds by default
 */
public record GenerationOptions(
        String model, Decoding decoding, Treatment treatment, Optional<Duration> deadline, Duration resumeWindow) {

    /** The only model there is, tokens chosen as it has it, nothing truncated or turned, nothing resumed. */
    public static final GenerationOptions DEFAULT =
            new GenerationOptions("", Decoding.DEFAULT, new Treatment(false, false), Optional.empty(), Duration.ZERO);

    /**
     * How contents are treated.
     *
     * @param truncateText cut text that is longer than the model's context, instead of refusing it
     * @param applyOrientation turn pictures as their EXIF orientation says; the reference implementations do not
     */
    public record Treatment(boolean truncateText, boolean applyOrientation) {}

    /** Returns these options for a model, "name" or "name/version". */
    public GenerationOptions withModel(String model) {
        return new GenerationOptions(model, decoding, treatment, deadline, resumeWindow);
    }

    /** Returns these options with another way of choosing tokens. */
    public GenerationOptions withDecoding(Decoding decoding) {
        return new GenerationOptions(model, decoding, treatment, deadline, resumeWindow);
    }

    /** Returns these options with over-long text cut, or refused. */
    public GenerationOptions withTruncateText(boolean truncateText) {
        return withTreatment(new Treatment(truncateText, treatment.applyOrientation()));
    }

    /** Returns these options with pictures turned as their EXIF orientation says, or left as they are stored. */
    public GenerationOptions withApplyOrientation(boolean applyOrientation) {
        return withTreatment(new Treatment(treatment.truncateText(), applyOrientation));
    }

    /** Returns these options with a deadline of their own. */
    public GenerationOptions withDeadline(Duration deadline) {
        return new GenerationOptions(model, decoding, treatment, Optional.of(deadline), resumeWindow);
    }

    /** Returns these options for generations that outlive a broken connection for so long. */
    public GenerationOptions withResumeWindow(Duration resumeWindow) {
        return new GenerationOptions(model, decoding, treatment, deadline, resumeWindow);
    }

    private GenerationOptions withTreatment(Treatment other) {
        return new GenerationOptions(model, decoding, other, deadline, resumeWindow);
    }
}
