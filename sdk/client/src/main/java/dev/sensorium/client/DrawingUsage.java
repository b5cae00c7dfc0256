package dev.sensorium.client;

import java.time.Duration;

/**
 * What a drawing took.
 *
 * @param promptTokens tokens that the prompt took
 * @param generatedTokens tokens that were generated, those of all pictures
 * @param queueTime how long the first picture waited for its turn
 * @param drawingTime from then until the last picture was finished
 * @param rankingTime from then until the pictures were ranked; zero if nothing ranks them
 */
public record DrawingUsage(
        int promptTokens, int generatedTokens, Duration queueTime, Duration drawingTime, Duration rankingTime) {}
