package dev.sensorium.server.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sensorium.server.ServiceException;
import io.grpc.BindableService;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import java.util.List;

/**
 * Blames the client where gRPC by itself blames the server: for bytes that are no message, and for no message or two
 * where a method takes one. gRPC parses before the service and its interceptors are called and answers UNKNOWN if that
 * fails; here a message that cannot be parsed is handed on, and refused in front of the service.
 */
final class StrictService {

    private StrictService() {}

    /** Returns the same service, with stricter manners. */
    static ServerServiceDefinition of(BindableService service) {
        ServerServiceDefinition definition = service.bindService();
        List<ServerMethodDefinition<?, ?>> methods = definition.getMethods().stream()
                .<ServerMethodDefinition<?, ?>>map(StrictService::lenient)
                .toList();
        ServiceDescriptor.Builder descriptor = ServiceDescriptor.newBuilder(
                        definition.getServiceDescriptor().getName())
                .setSchemaDescriptor(definition.getServiceDescriptor().getSchemaDescriptor());
        methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
        ServerServiceDefinition.Builder strict = ServerServiceDefinition.builder(descriptor.build());
        methods.forEach(strict::addMethod);
        return ServerInterceptors.intercept(strict.build(), new Checks());
    }

    private static <Q, R> ServerMethodDefinition<Q, R> lenient(ServerMethodDefinition<Q, R> method) {
        MethodDescriptor<Q, R> descriptor = method.getMethodDescriptor();
        return ServerMethodDefinition.create(
                descriptor.toBuilder()
                        .setRequestMarshaller(new Lenient<>(descriptor.getRequestMarshaller()))
                        .build(),
                method.getServerCallHandler());
    }

    /** Stands in for a message that could not be parsed. */
    private record Malformed() {}

    /** Parses what it can. */
    private record Lenient<Q>(MethodDescriptor.Marshaller<Q> messages) implements MethodDescriptor.Marshaller<Q> {

        @Override
        public InputStream stream(Q message) {
            return messages.stream(message);
        }

        @Override
        @SuppressWarnings("unchecked") // nobody looks at the message before Checks does
        public Q parse(InputStream stream) {
            try {
                return messages.parse(stream);
            } catch (StatusRuntimeException e) {
                if (e.getCause() instanceof InvalidProtocolBufferException) {
                    return (Q) (Object) new Malformed();
                }
                throw e;
            }
        }
    }

    private static final class Checks implements ServerInterceptor {

        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            return new CheckedListener<>(
                    next.startCall(call, headers),
                    call.getMethodDescriptor().getType().clientSendsOneMessage());
        }
    }

    private static final class CheckedListener<Q> extends SimpleForwardingServerCallListener<Q> {

        private final boolean takesOne;
        private int messages;

        CheckedListener(ServerCall.Listener<Q> listener, boolean takesOne) {
            super(listener);
            this.takesOne = takesOne;
        }

        @Override
        public void onMessage(Q message) {
            messages++;
            if ((Object) message instanceof Malformed) {
                throw invalid(
                        "MALFORMED_MESSAGE",
                        "request: no message of this method (expected: protobuf, with strings in UTF-8)");
            }
            if (takesOne && messages > 1) {
                throw invalid("MALFORMED_CALL", "request: more than one message (expected: one)");
            }
            super.onMessage(message);
        }

        @Override
        public void onHalfClose() {
            if (takesOne && messages == 0) {
                throw invalid("MALFORMED_CALL", "request: no message (expected: one)");
            }
            super.onHalfClose();
        }

        private static ServiceException invalid(String reason, String message) {
            return new ServiceException(Status.Code.INVALID_ARGUMENT, reason, message);
        }
    }
}
