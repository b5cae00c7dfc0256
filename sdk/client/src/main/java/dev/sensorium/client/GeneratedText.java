package dev.sensorium.client;

import java.util.List;

/**
 * A text that a model generated.
 *
 * @param text the text; of a caption with its prefix, otherwise without
 * @param reason why it ended
 * @param usage what it took
 * @param videos for each video of the prompt, in order, what was looked at
 * @param model the model that answered, "name/version"
 */
public record GeneratedText(
        String text, FinishReason reason, GenerationUsage usage, List<VideoSample> videos, String model) {

    public GeneratedText {
        videos = List.copyOf(videos);
    }
}
