package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.ActResponse;
import dev.sensorium.proto.v1.EpisodeFinished;
import dev.sensorium.server.schedule.BoundedEpisode.Acted;

/** The numbers of one episode: its steps, and what they took. */
final class EpisodeClock {

    private long started;
    private long steps;
    private long late;
    private long queueNanos;
    private long computeNanos;

    /** The episode begins. */
    void start() {
        started = System.nanoTime();
    }

    /** Counts an observation, and returns its number. */
    long observed() {
        return ++steps;
    }

    /** Counts what an action took. */
    void acted(Acted acted) {
        queueNanos += acted.queueNanos();
        computeNanos += acted.computeNanos();
    }

    /** Counts an action that was late. */
    void late() {
        late++;
    }

    /** Returns the last response. */
    ActResponse finished() {
        return ActResponse.newBuilder()
                .setSequence(steps + 1)
                .setFinished(EpisodeFinished.newBuilder()
                        .setSteps(steps)
                        .setLateActions(late)
                        .setQueueTime(Wire.duration(queueNanos))
                        .setComputeTime(Wire.duration(computeNanos))
                        .setEpisodeTime(Wire.duration(System.nanoTime() - started)))
                .build();
    }
}
