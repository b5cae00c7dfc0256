package dev.sensorium.spi;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** The capability to score how well contents and texts go together. */
public non-sealed interface Matcher extends Capability {

    /** How the scores of one content become probabilities. */
    enum Normalization {
        /** The texts compete: a softmax over the scores of one content. */
        SOFTMAX,
        /** Each pair stands alone: a sigmoid of its score. */
        SIGMOID,
        /** The scores are no logits, but a cosine for example: there are no probabilities. */
        NONE
    }

    /**
     * Returns the ways of scoring that a request can choose among, by name; this matcher is the one that it gets if it
     * names none, and is among them if there are any.
     */
    default Map<String, Matcher> heads() {
        return Map.of();
    }

    /** Returns the kinds of content that can be matched with texts. */
    Set<Modality> matchable();

    /** Returns how scores become probabilities. */
    Normalization normalization();

    /**
     * Scores each of M contents against each of N texts.
     *
     * @return the model's logits, (M, N)
     * @throws ModelException INVALID_INPUT or TOO_LONG, {@link ModelException#at} "contents[i]" or "texts[j]"
     */
    float[][] match(List<? extends Content> contents, List<Text> texts, PrepareOptions options);
}
