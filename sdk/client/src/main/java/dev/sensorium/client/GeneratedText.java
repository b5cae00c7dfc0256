package dev.sensorium.client;

/**
 * A text that a model generated.
 *
 * @param text the text; of a caption with its prefix, otherwise without
 * @param reason why it ended
 * @param usage what it took
 * @param model the model that answered, "name/version"
 */
public record GeneratedText(String text, FinishReason reason, GenerationUsage usage, String model) {}
