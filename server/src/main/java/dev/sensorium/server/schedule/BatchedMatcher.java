package dev.sensorium.server.schedule;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.Matcher;
import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Text;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A model's matcher behind a queue: takes whole questions and runs them one by one. */
final class BatchedMatcher implements AutoCloseable {

    private final Matcher matcher;
    private final PluginCode plugin;
    private final Batcher<Question, float[][]> batcher;

    /**
     * A matcher's queue.
     *
     * @param operation what it is called in metrics
     */
    BatchedMatcher(ModelId id, String operation, Matcher matcher, PluginCode plugin, Batching batching) {
        this.matcher = matcher;
        this.plugin = plugin;
        this.batcher = batching.batcher(id, operation, new Singles());
    }

    /** Contents and texts to be scored against each other. Not a record: every question is a batch of its own. */
    private static final class Question {
        final List<? extends Content> contents;
        final List<Text> texts;
        final PrepareOptions options;

        Question(List<? extends Content> contents, List<Text> texts, PrepareOptions options) {
            this.contents = List.copyOf(contents);
            this.texts = List.copyOf(texts);
            this.options = options;
        }
    }

    /**
     * Scores M contents against N texts; cancelling the result takes the question out of the queue.
     *
     * @return the model's logits, (M, N); fails as {@link Matcher#match} does
     * @throws dev.sensorium.server.ServiceException RESOURCE_EXHAUSTED if the queue is full
     */
    CompletableFuture<Computed<float[][]>> match(
            Caller caller, List<? extends Content> contents, List<Text> texts, PrepareOptions options) {
        Question question = new Question(contents, texts, options);
        return batcher.submit(caller, () -> question);
    }

    @Override
    public void close() {
        batcher.close();
    }

    private final class Singles implements Kernel<Question, float[][]> {

        @Override
        public Object group(Question question) {
            return question;
        }

        @Override
        public int rows(Question question) {
            return 1;
        }

        @Override
        public List<float[][]> run(List<Question> batch) {
            return batch.stream()
                    .map(q -> plugin.call(() -> matcher.match(q.contents, q.texts, q.options)))
                    .toList();
        }
    }
}
