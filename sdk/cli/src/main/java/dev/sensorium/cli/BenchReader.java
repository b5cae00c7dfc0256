package dev.sensorium.cli;

import dev.sensorium.cli.BenchCalls.Answered;
import dev.sensorium.cli.BenchRecorder.Success;
import dev.sensorium.cli.BenchRecorder.Tokens;
import dev.sensorium.client.GenerationEvent;
import dev.sensorium.client.GenerationEvent.Delta;
import dev.sensorium.client.GenerationEvent.Finished;
import dev.sensorium.client.GenerationEvent.Started;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;

/** A reader of one generation that looks at the clock when tokens come. */
final class BenchReader implements Flow.Subscriber<GenerationEvent> {

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
    public void onNext(GenerationEvent event) {
        if (event instanceof Started started) {
            model = started.model();
        } else if (event instanceof Delta delta && !delta.tokens().isEmpty()) {
            last = System.nanoTime();
            first = first.isPresent() ? first : OptionalLong.of(last);
        } else if (event instanceof Finished finished) {
            Tokens tokens = new Tokens(finished.usage().generatedTokens(), first, last);
            answer.complete(new Answered(model, new Success(1, BenchCalls.work(finished.usage()), tokens)));
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
