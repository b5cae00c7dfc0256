package dev.sensorium.cli;

import dev.sensorium.cli.BenchCalls.Answered;
import dev.sensorium.cli.BenchRecorder.Success;
import dev.sensorium.cli.BenchRecorder.Tokens;
import dev.sensorium.cli.BenchRecorder.Work;
import dev.sensorium.client.DrawingEvent;
import dev.sensorium.client.DrawingEvent.Finished;
import dev.sensorium.client.DrawingEvent.Progress;
import dev.sensorium.client.DrawingEvent.Started;
import dev.sensorium.client.DrawingUsage;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;

/** A reader of one drawing that looks at the clock when pieces come. */
final class BenchDrawing implements Flow.Subscriber<DrawingEvent> {

    private final CompletableFuture<Answered> answer = new CompletableFuture<>();
    private String model = "";
    private OptionalLong first = OptionalLong.empty();
    private long last;

    CompletableFuture<Answered> answer() {
        return answer;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(DrawingEvent event) {
        if (event instanceof Started started) {
            model = started.model();
        } else if (event instanceof Progress) {
            last = System.nanoTime();
            first = first.isPresent() ? first : OptionalLong.of(last);
        } else if (event instanceof Finished finished) {
            DrawingUsage usage = finished.usage();
            Work work = new Work(0, 0, usage.queueTime(), usage.drawingTime());
            answer.complete(
                    new Answered(model, new Success(1, work, new Tokens(usage.generatedTokens(), first, last))));
        }
    }

    @Override
    public void onError(Throwable failure) {
        answer.completeExceptionally(new CompletionException(failure)); // as those of futures that go on
    }

    @Override
    public void onComplete() {
        // the last event said it all
    }
}
