package dev.sensorium.server.rpc;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;

/**
 * How the transport ended a call's stream. It tells a connection that is lost from a client that cancels, which a service
 * hears of as the same thing.
 */
final class StreamFate extends ServerStreamTracer {

    private static final Context.Key<StreamFate> KEY = Context.key("sensorium-stream-fate");

    private volatile boolean lost;

    /** Watches every stream of a server. */
    static final class Factory extends ServerStreamTracer.Factory {

        @Override
        public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
            return new StreamFate();
        }
    }

    /** Returns the fate of the call whose context is current; of a call that nobody watches, it is never lost. */
    static StreamFate current() {
        StreamFate fate = KEY.get();
        return fate == null ? new StreamFate() : fate;
    }

    @Override
    public Context filterContext(Context context) {
        return context.withValue(KEY, this);
    }

    /** The transport says UNAVAILABLE of what ends with its connection, and CANCELLED of what the client resets. */
    @Override
    public void streamClosed(Status status) {
        lost = status.getCode() == Status.Code.UNAVAILABLE;
    }

    /** Returns whether the stream ended because its connection did. */
    boolean isLost() {
        return lost;
    }
}
