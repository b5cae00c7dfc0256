package dev.sensorium.cli;

import dev.sensorium.client.environment.Environment;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where an environment is watched: in the terminal, at the pace of the world, if it can show it; and in a film. */
final class Stage implements AutoCloseable {

    private static final Duration LAST_FRAME = Duration.ofSeconds(1);

    private final Environment environment;
    private final Duration pace;
    private final @Nullable Screen screen;
    private final @Nullable Film film;
    private long due = System.nanoTime();

    /**
     * A stage, whose file is there from now on.
     *
     * @param gif where the film goes; empty for none
     */
    Stage(Root root, Environment environment, Optional<Path> gif) throws IOException {
        this.environment = environment;
        this.pace = Duration.ofSeconds(1).dividedBy(environment.stepsPerSecond());
        this.screen = root.terminal().live() && !root.json() ? new Screen(root.terminal()) : null;
        this.film = gif.isPresent() ? new Film(gif.get()) : null;
    }

    /** Shows what is going on. */
    void show() throws IOException, InterruptedException {
        show(pace);
    }

    /** Shows how it ended, for a moment longer. */
    void showLast() throws IOException, InterruptedException {
        show(LAST_FRAME);
    }

    private void show(Duration time) throws IOException, InterruptedException {
        if (screen == null && film == null) {
            return;
        }
        BufferedImage frame = environment.render();
        if (film != null) {
            film.add(frame, time);
        }
        if (screen != null) {
            Thread.sleep(Math.max(0, (due - System.nanoTime()) / 1_000_000));
            due = System.nanoTime() + pace.toNanos();
            screen.show(frame);
        }
    }

    /** Clears the terminal of what was shown. */
    void clear() {
        if (screen != null) {
            screen.clear();
        }
    }

    @Override
    public void close() throws IOException {
        clear();
        if (film != null) {
            film.close();
        }
    }
}
