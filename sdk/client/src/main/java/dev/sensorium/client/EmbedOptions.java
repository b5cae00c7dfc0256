package dev.sensorium.client;

import java.time.Duration;
import java.util.Optional;

/**
 * How contents are to be embedded where there is a choice. Immutable: each {@code with} method returns a changed copy.
 *
 * @param model "name" for its newest version, or "name/version"; empty if only one model can do it
 * @param truncateText cut text that is longer than the model's context, instead of refusing it
 * @param applyOrientation turn pictures as their EXIF orientation says; the reference implementations do not
 * @param cache how to use the server's cache
 * @param deadline how long the call may take, or in bulk how long a result may take to arrive; empty for the client's
 *     own, 60 seconds unless told otherwise
 */
public record EmbedOptions(
        String model, boolean truncateText, boolean applyOrientation, CacheUse cache, Optional<Duration> deadline) {

    /** The only model there is, nothing truncated or turned, the cache used. */
    public static final EmbedOptions DEFAULT = new EmbedOptions("", false, false, CacheUse.USE, Optional.empty());

    /** Returns these options for a model, "name" or "name/version". */
    public EmbedOptions withModel(String model) {
        return new EmbedOptions(model, truncateText, applyOrientation, cache, deadline);
    }

    /** Returns these options with over-long text cut, or refused. */
    public EmbedOptions withTruncateText(boolean truncateText) {
        return new EmbedOptions(model, truncateText, applyOrientation, cache, deadline);
    }

    /** Returns these options with pictures turned as their EXIF orientation says, or left as they are stored. */
    public EmbedOptions withApplyOrientation(boolean applyOrientation) {
        return new EmbedOptions(model, truncateText, applyOrientation, cache, deadline);
    }

    /** Returns these options with another use of the cache. */
    public EmbedOptions withCache(CacheUse cache) {
        return new EmbedOptions(model, truncateText, applyOrientation, cache, deadline);
    }

    /** Returns these options with a deadline of their own. */
    public EmbedOptions withDeadline(Duration deadline) {
        return new EmbedOptions(model, truncateText, applyOrientation, cache, Optional.of(deadline));
    }
}
