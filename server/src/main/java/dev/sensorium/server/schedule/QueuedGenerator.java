package dev.sensorium.server.schedule;

import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Generator;
import dev.sensorium.spi.Generator.Score;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Text;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A model's generator behind a {@link GenerationQueue}. */
public final class QueuedGenerator implements AutoCloseable {

    private final Generator generator;
    private final PluginCode plugin;
    private final GenerationQueue queue;

    QueuedGenerator(Generator generator, PluginCode plugin, GenerationQueue queue) {
        this.generator = generator;
        this.plugin = plugin;
        this.queue = queue;
    }

    /** Returns the kinds of content that a prompt may hold. */
    public Set<Modality> promptable() {
        return plugin.call(generator::promptable);
    }

    /** Returns how tokens are chosen if a request says nothing. */
    public Decoding defaults() {
        return plugin.call(generator::defaults);
    }

    /**
     * Starts to generate when it is this call's turn; cancelling the result gives the turn up. Who gets the generation
     * closes it.
     *
     * @return fails as {@link Generator#generate} does
     * @throws dev.sensorium.server.ServiceException RESOURCE_EXHAUSTED if the queue is full, UNAVAILABLE if closed
     */
    public CompletableFuture<Generation<Step>> generate(
            Caller caller, Prompt prompt, Decoding decoding, PrepareOptions options) {
        return queue.submit(caller, () -> generator.generate(prompt, decoding, options));
    }

    /** Starts to score when it is this call's turn, as {@link #generate}. */
    public CompletableFuture<Generation<Score>> score(
            Caller caller, Prompt prompt, List<Text> continuations, PrepareOptions options) {
        return queue.submit(caller, () -> generator.score(prompt, continuations, options));
    }

    /** Takes no more, and returns when what it has has ended. */
    @Override
    public void close() {
        queue.close();
    }
}
