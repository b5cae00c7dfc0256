package dev.sensorium.client;

import dev.sensorium.client.DrawingEvent.Started;
import dev.sensorium.client.SensoriumException.Code;
import dev.sensorium.client.SensoriumException.Details;
import dev.sensorium.proto.v1.GenerateImageRequest;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Pictures that a model is drawing: events that are pulled, or a publisher of events; or the pictures when all are
 * finished.
 *
 * {@snippet lang=java :
 * try (var drawing = sensorium.draw("a red circle above a blue square")) {
 *     drawing.result().best().writeTo(Path.of("out.png"));
 * }
 * }
 *
 * <p>Nothing comes that was not asked for; the server draws on in the meantime, and lets previews and progress that nobody
 * was in time for be. It cuts off a reader that reads nothing for too long. For one thread; only {@link #close} may come
 * from another, and ends the drawing at once, here and at the server. Methods that wait throw {@link SensoriumException} if
 * the drawing fails.
 */
public final class Drawing implements Iterator<DrawingEvent>, AutoCloseable {

    private final EventReader<DrawingEvent> reader;
    private final DrawnPictures pictures = new DrawnPictures();
    private @Nullable Started started;

    Drawing(ManagedChannel channel, GenerateImageRequest request, Duration patience) {
        reader = new EventReader<>(
                "drawing",
                this::note,
                receiver -> new DrawCall(channel, request, patience, new Both(receiver, pictures)));
    }

    /** Tells whether there is one more event, waiting for it if need be. */
    @Override
    public boolean hasNext() {
        return reader.hasNext();
    }

    @Override
    public DrawingEvent next() {
        return reader.next();
    }

    /**
     * Returns the events for a reactive program: one subscriber gets those that were not read, as many as it asks for,
     * and ends the drawing when it cancels. There is no other way to read then.
     */
    public Flow.Publisher<DrawingEvent> events() {
        return reader.events();
    }

    /** Returns the first event, waiting for it if need be. It is not read by this. */
    public Started started() {
        if (started == null) {
            reader.peek();
        }
        return Optional.ofNullable(started)
                .orElseThrow(() -> Errors.unexpected("first response: none (expected: started)"));
    }

    /** Reads to the end, and returns the pictures, with those that were read before. */
    public DrawResult result() {
        while (hasNext()) {
            next();
        }
        return pictures.future().join();
    }

    /**
     * Returns the pictures once the last event has come, to whoever reads the events; it fails with a
     * {@link SensoriumException} if the drawing fails or is ended before. Cancelling it ends nothing.
     */
    public CompletableFuture<DrawResult> finished() {
        return pictures.future().copy();
    }

    /** Ends the drawing, if it has not ended. */
    @Override
    public void close() {
        reader.close();
    }

    private void note(DrawingEvent event) {
        if (event instanceof Started first) {
            started = first;
        }
    }

    /** Tells the one who reads, and the one who collects pictures. */
    private record Both(EventCall.Receiver<DrawingEvent> reader, EventCall.Receiver<DrawingEvent> collector)
            implements EventCall.Receiver<DrawingEvent> {

        @Override
        public void event(DrawingEvent event) {
            reader.event(event);
            collector.event(event);
        }

        @Override
        public void end(@Nullable SensoriumException failure) {
            collector.end(failure);
            reader.end(failure);
        }

        @Override
        public void cancelled() {
            collector.end(Errors.create(Code.CANCELLED, "the drawing was ended", Details.NONE, null));
        }
    }
}
