package dev.sensorium.client;

import dev.sensorium.client.DrawingEvent.Drawn;
import dev.sensorium.client.DrawingEvent.Finished;
import dev.sensorium.client.DrawingEvent.Started;
import dev.sensorium.client.EventCall.Receiver;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The pictures of a call once all are there. */
final class DrawnPictures implements Receiver<DrawingEvent> {

    private final CompletableFuture<DrawResult> future = new CompletableFuture<>();
    private final List<DrawnPicture> pictures = new ArrayList<>();
    private String model = "";

    CompletableFuture<DrawResult> future() {
        return future;
    }

    @Override
    public void event(DrawingEvent event) {
        if (event instanceof Started started) {
            model = started.model();
        } else if (event instanceof Drawn picture) {
            pictures.add(picture.drawn());
        } else if (event instanceof Finished finished) {
            pictures.sort(Comparator.comparing(DrawnPicture::rank));
            future.complete(new DrawResult(pictures, finished.usage(), model));
        }
    }

    @Override
    public void end(@Nullable SensoriumException failure) {
        if (failure != null) {
            future.completeExceptionally(failure);
        }
    }
}
