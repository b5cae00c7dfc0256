package dev.sensorium.client;

import dev.sensorium.client.DrawingEvent.Finished;
import dev.sensorium.proto.v1.GenerateImageRequest;
import dev.sensorium.proto.v1.GenerateImageResponse;
import dev.sensorium.proto.v1.ImageServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A call that draws. Until the first event, gRPC connects again when the server is unavailable; later it fails then. */
final class DrawCall implements EventCall {

    private final ClientCall<GenerateImageRequest, GenerateImageResponse> call;
    private final GenerateImageRequest request;
    private final Receiver<DrawingEvent> receiver;

    private final SynchronizationContext deliveries =
            new SynchronizationContext((thread, failure) -> cancel()); // a receiver that throws gets no more
    private volatile boolean ended;

    DrawCall(ManagedChannel channel, GenerateImageRequest request, Duration patience, Receiver<DrawingEvent> receiver) {
        this.call = channel.newCall(
                ImageServiceGrpc.getGenerateImageMethod(),
                CallOptions.DEFAULT.withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS));
        this.request = request;
        this.receiver = receiver;
    }

    @Override
    public void start() {
        call.start(new Listener(), new Metadata());
        call.sendMessage(request);
        call.halfClose();
    }

    @Override
    public void request(long count) {
        call.request((int) Math.min(count, Integer.MAX_VALUE));
    }

    @Override
    public void deliver(Runnable delivery) {
        deliveries.execute(delivery);
    }

    @Override
    public void cancel() {
        ended = true;
        call.cancel("no longer wanted", null);
        receiver.cancelled();
    }

    private void received(GenerateImageResponse response) {
        if (ended) {
            return;
        }
        try {
            DrawingEvent event = DrawingWire.event(response);
            receiver.event(event);
            if (event instanceof Finished) {
                ended = true;
                receiver.end(null);
            }
        } catch (SensoriumException e) {
            cancel();
            receiver.end(e);
        }
    }

    private void closed(Status status, Metadata trailers) {
        if (ended) {
            return;
        }
        ended = true;
        receiver.end(
                status.isOk()
                        ? Errors.unexpected("end of the drawing: nothing finished (expected: after a finished one)")
                        : Errors.of(status.asRuntimeException(trailers)));
    }

    private final class Listener extends ClientCall.Listener<GenerateImageResponse> {

        @Override
        public void onMessage(GenerateImageResponse response) {
            deliver(() -> received(response));
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            deliver(() -> closed(status, trailers));
        }
    }
}
