package dev.sensorium.cli;

import dev.sensorium.client.Content;
import dev.sensorium.client.Content.VideoFile;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of commands that show a model files which may be videos. */
final class Watching {

    private static final int MOST_PER_SECOND = 1_000;

    @Option(
            names = "--video",
            negatable = true,
            description = "The files are videos, or are none (default: MP4, WebM and GIFs that move are).")
    private Optional<Boolean> video = Optional.empty();

    @Option(
            names = "--fps",
            paramLabel = "N",
            description = "Look at N frames of a second of videos, not more of them than the model takes"
                    + " (default: what the model does).")
    private Optional<Double> rate = Optional.empty();

    private boolean watched;

    /** Returns the content in a file. */
    Content read(Root root, Path file) {
        if (rate.isPresent() && !(rate.get() > 0 && rate.get() <= MOST_PER_SECOND)) {
            throw root.usage("--fps: %s (expected: > 0 and <= %d)".formatted(rate.get(), MOST_PER_SECOND));
        }
        Content content = plain(file);
        if (!(content instanceof VideoFile film)) {
            return content;
        }
        watched = true;
        return rate.isPresent() ? film.withSampleRate(rate.get()) : film;
    }

    /** Requires that options for videos met one, once all files are read. */
    void requireUse(Root root) {
        if (rate.isPresent() && !watched) {
            throw root.usage("--fps: no videos (expected: at least one, such as an MP4; see --video)");
        }
    }

    private Content plain(Path file) {
        if (video.isEmpty()) {
            return Pictures.read(file);
        }
        return video.get() ? Content.videoFile(file) : Content.image(file);
    }
}
