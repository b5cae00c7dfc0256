package dev.sensorium.server.schedule;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.DualEncoder;
import dev.sensorium.spi.Matcher;
import dev.sensorium.spi.Matcher.Normalization;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Text;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A model's way of scoring how contents and texts go together: from the model's embeddings if it is a dual encoder's,
 * else by questions that run one by one on the device.
 */
public final class Head {

    private final Matcher matcher;
    private final PluginCode plugin;
    private final @Nullable BatchedMatcher questions;

    /**
     * A head of a model.
     *
     * @param matcher a {@link DualEncoder} if there are no questions
     */
    Head(Matcher matcher, PluginCode plugin, @Nullable BatchedMatcher questions) {
        this.matcher = matcher;
        this.plugin = plugin;
        this.questions = questions;
    }

    /** Returns whether it scores embeddings; else it is asked questions. */
    public boolean scoresEmbeddings() {
        return questions == null;
    }

    /** Returns the kinds of content that can be matched with texts. */
    public Set<Modality> matchable() {
        return plugin.call(matcher::matchable);
    }

    /** Returns how scores become probabilities. */
    public Normalization normalization() {
        return plugin.call(matcher::normalization);
    }

    /** Scores the model's embeddings against each other, (M, N), on the caller's thread. */
    public float[][] score(List<float[]> contents, List<float[]> texts) {
        return plugin.call(() -> ((DualEncoder) matcher).score(contents, texts));
    }

    /**
     * Scores M contents against N texts; cancelling the result takes the question out of the queue.
     *
     * @return the model's logits, (M, N); fails as {@link Matcher#match} does
     * @throws dev.sensorium.server.ServiceException RESOURCE_EXHAUSTED if the queue is full
     */
    public CompletableFuture<Computed<float[][]>> match(
            Caller caller, List<? extends Content> contents, List<Text> texts, PrepareOptions options) {
        if (questions == null) {
            throw new IllegalStateException("a head that scores embeddings was asked a question");
        }
        return questions.match(caller, contents, texts, options);
    }
}
