package dev.sensorium.server.schedule;

import dev.sensorium.spi.ImageGenerator;
import dev.sensorium.spi.ImageGenerator.Drawing;
import dev.sensorium.spi.ImageGenerator.Step;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Text;
import java.util.concurrent.CompletableFuture;

/** A model's image generator behind a {@link GenerationQueue}, where each picture has a place of its own. */
public final class QueuedImageGenerator implements AutoCloseable {

    private final ImageGenerator generator;
    private final PluginCode plugin;
    private final GenerationQueue queue;

    QueuedImageGenerator(ImageGenerator generator, PluginCode plugin, GenerationQueue queue) {
        this.generator = generator;
        this.plugin = plugin;
        this.queue = queue;
    }

    /** Returns how pictures are drawn if a request says nothing. */
    public Drawing defaultDrawing() {
        return plugin.call(generator::defaultDrawing);
    }

    /**
     * Starts to draw when it is this call's turn; cancelling the result gives the turn up. Who gets the generation closes
     * it, and pulls it by {@link #pull}.
     *
     * @param caller turned away at its first picture or not at all
     * @return fails as {@link ImageGenerator#draw} does
     * @throws dev.sensorium.server.ServiceException RESOURCE_EXHAUSTED if the queue is full, UNAVAILABLE if closed
     */
    public CompletableFuture<Generation<Step>> draw(
            Caller caller, Text prompt, Drawing drawing, PrepareOptions options) {
        return queue.submit(caller, () -> generator.draw(prompt, drawing, options));
    }

    /** Runs what pulls steps on the pool of preparing threads, as a step that holds a picture may compute it then. */
    public void pull(Runnable pulling) {
        queue.preparers().execute(pulling);
    }

    /** Takes no more, and returns when what it has has ended. */
    @Override
    public void close() {
        queue.close();
    }
}
