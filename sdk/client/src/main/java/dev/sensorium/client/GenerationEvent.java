package dev.sensorium.client;

import java.time.Duration;
import java.util.List;

/** Something that happens in a {@link Generation}: first a start, then pieces of text, last the end. */
public sealed interface GenerationEvent {

    /** Returns the event's number: 0 for the first of a generation, then 1 more each time. */
    long sequence();

    /**
     * The first event: the prompt was taken in.
     *
     * @param sequence 0
     * @param generationId what the generation is called, unique in its server
     * @param model the model that answers, "name/version"
     * @param queueTime how long the request waited for its turn
     * @param promptTokens how many tokens the prompt takes
     */
    record Started(long sequence, String generationId, String model, Duration queueTime, int promptTokens)
            implements GenerationEvent {}

    /**
     * New text.
     *
     * @param sequence the event's number
     * @param text whole characters; may be empty while a character, or what may become a stop text, is incomplete
     * @param tokens the tokens that were generated since the event before
     * @param likelihoods one for each token, if {@link Decoding#logProbabilities} asked for them
     */
    record Delta(long sequence, String text, List<Integer> tokens, List<TokenLikelihood> likelihoods)
            implements GenerationEvent {

        public Delta {
            tokens = List.copyOf(tokens);
            likelihoods = List.copyOf(likelihoods);
        }
    }

    /**
     * The last event.
     *
     * @param sequence the event's number
     * @param reason why the generation ended
     * @param usage what it took
     * @param videos for each video of the prompt, in order, what was looked at
     */
    record Finished(long sequence, FinishReason reason, GenerationUsage usage, List<VideoSample> videos)
            implements GenerationEvent {

        public Finished {
            videos = List.copyOf(videos);
        }
    }
}
