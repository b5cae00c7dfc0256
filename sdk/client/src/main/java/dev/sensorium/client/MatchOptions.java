package dev.sensorium.client;

import java.time.Duration;
import java.util.List;

/**
 * How contents and texts are to be matched where there is a choice. Immutable: each {@code with} method returns a
 * changed copy.
 *
 * @param embedding how contents and prompts are treated
 * @param templateSet a set of prompt templates by name, such as "clip-imagenet-80"; empty for none
 * @param templates prompt templates in so many words, each with one "{}" where the text goes; empty for none
 * @param head the way of scoring, one of {@link ModelDescription#matchHeads}; empty for the model's first
 */
public record MatchOptions(EmbedOptions embedding, String templateSet, List<String> templates, String head) {

    /** {@link EmbedOptions#DEFAULT}, each text is its own prompt, and the model's first head scores. */
    public static final MatchOptions DEFAULT = new MatchOptions(EmbedOptions.DEFAULT, "", List.of(), "");

    public MatchOptions {
        templates = List.copyOf(templates);
    }

    /** Returns these options with contents and prompts treated in this way. */
    public MatchOptions withEmbedding(EmbedOptions embedding) {
        return new MatchOptions(embedding, templateSet, templates, head);
    }

    /** Returns these options for a model, "name" or "name/version". */
    public MatchOptions withModel(String model) {
        return withEmbedding(embedding.withModel(model));
    }

    /** Returns these options with another use of the cache. */
    public MatchOptions withCache(CacheUse cache) {
        return withEmbedding(embedding.withCache(cache));
    }

    /** Returns these options with a deadline of their own. */
    public MatchOptions withDeadline(Duration deadline) {
        return withEmbedding(embedding.withDeadline(deadline));
    }

    /**
     * Returns these options with a set of templates: "clip-imagenet-80" (the 80 of the CLIP paper's ImageNet
     * evaluation) or "clip-imagenet-7" (the seven of them that keep nearly all of the gain).
     */
    public MatchOptions withTemplateSet(String name) {
        return new MatchOptions(embedding, name, List.of(), head);
    }

    /** Returns these options with templates such as "a photo of a {}."; a text's prompts count as one. */
    public MatchOptions withTemplates(List<String> templates) {
        return new MatchOptions(embedding, "", templates, head);
    }

    /** Returns these options with another way of scoring, such as "itm" or "itc" for BLIP. */
    public MatchOptions withHead(String head) {
        return new MatchOptions(embedding, templateSet, templates, head);
    }
}
