package dev.sensorium.client;

import dev.sensorium.client.EventCall.Receiver;
import dev.sensorium.client.GenerationEvent.Delta;
import dev.sensorium.client.GenerationEvent.Finished;
import dev.sensorium.client.GenerationEvent.Started;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The text of a generation once it is there as a whole. */
final class WholeText implements Receiver<GenerationEvent> {

    private final CompletableFuture<GeneratedText> future = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();
    private String model = "";

    CompletableFuture<GeneratedText> future() {
        return future;
    }

    @Override
    public void event(GenerationEvent event) {
        if (event instanceof Started started) {
            model = started.model();
        } else if (event instanceof Delta delta) {
            text.append(delta.text());
        } else if (event instanceof Finished finished) {
            future.complete(
                    new GeneratedText(text.toString(), finished.reason(), finished.usage(), finished.videos(), model));
        }
    }

    @Override
    public void end(@Nullable SensoriumException failure) {
        if (failure != null) {
            future.completeExceptionally(failure);
        }
    }
}
