package dev.sensorium.client;

import java.time.Duration;

/**
 * What an episode took.
 *
 * @param steps how many observations were answered, in time or not
 * @param lateActions how many of these were answered late
 * @param queueTime how long observations waited in all
 * @param computeTime how long the model took for actions in all, its wait for other episodes included
 * @param episodeTime from the start to the end
 */
public record EpisodeSummary(
        long steps, long lateActions, Duration queueTime, Duration computeTime, Duration episodeTime) {}
