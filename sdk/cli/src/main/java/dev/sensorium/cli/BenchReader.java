package dev.sensorium.cli;

import dev.sensorium.cli.BenchCalls.Answered;
import dev.sensorium.cli.BenchRecorder.Success;
import dev.sensorium.cli.BenchRecorder.Tokens;
import dev.sensorium.cli.BenchRecorder.Work;
import dev.sensorium.client.DrawingEvent;
import dev.sensorium.client.DrawingUsage;
import dev.sensorium.client.GenerationEvent;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;

/** A reader of one generation or drawing that looks at the clock when tokens come. */
abstract class BenchReader<E> implements Flow.Subscriber<E> {

    private final CompletableFuture<Answered> answer = new CompletableFuture<>();
    private String model = "";
    private OptionalLong first = OptionalLong.empty();
    private long last;

    CompletableFuture<Answered> answer() {
        return answer;
    }

    /** Takes the model's name. */
    final void started(String name) {
        model = name;
    }

    /** Looks at the clock. */
    final void tokensCame() {
        last = System.nanoTime();
        first = first.isPresent() ? first : OptionalLong.of(last);
    }

    /** Answers with what it took. */
    final void finished(int tokens, Work work) {
        answer.complete(new Answered(model, new Success(1, work, new Tokens(tokens, first, last))));
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onError(Throwable failure) {
        answer.completeExceptionally(new CompletionException(failure)); // as those of futures that go on
    }

    @Override
    public void onComplete() {
        // the last event said it all
    }

    /** A reader of a generation. */
    static final class OfText extends BenchReader<GenerationEvent> {

        @Override
        public void onNext(GenerationEvent event) {
            if (event instanceof GenerationEvent.Started started) {
                started(started.model());
            } else if (event instanceof GenerationEvent.Delta delta
                    && !delta.tokens().isEmpty()) {
                tokensCame();
            } else if (event instanceof GenerationEvent.Finished finished) {
                finished(finished.usage().generatedTokens(), BenchCalls.work(finished.usage()));
            }
        }
    }

    /** A reader of a drawing, each of whose pieces is a token. */
    static final class OfPictures extends BenchReader<DrawingEvent> {

        @Override
        public void onNext(DrawingEvent event) {
            if (event instanceof DrawingEvent.Started started) {
                started(started.model());
            } else if (event instanceof DrawingEvent.Progress) {
                tokensCame();
            } else if (event instanceof DrawingEvent.Finished finished) {
                DrawingUsage usage = finished.usage();
                finished(usage.generatedTokens(), new Work(0, 0, usage.queueTime(), usage.drawingTime()));
            }
        }
    }
}
