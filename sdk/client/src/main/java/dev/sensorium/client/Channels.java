package dev.sensorium.client;

import dev.sensorium.proto.v1.ContentServiceGrpc;
import dev.sensorium.proto.v1.EmbeddingServiceGrpc;
import dev.sensorium.proto.v1.GenerationServiceGrpc;
import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The settings of the channel to the servers. */
final class Channels {

    private static final int MAX_INBOUND_BYTES = 64 << 20;
    /**
     * How much of a stream comes before it is asked for. Left to itself, gRPC makes it several times larger when much comes
     * at once, also for a reader who is slow.
     */
    private static final int WINDOW_BYTES = 1 << 20;

    private static final long RETRY_BUFFER_BYTES = 256L << 20;

    private Channels() {}

    static ManagedChannel open(String target, ChannelCredentials credentials) {
        return NettyChannelBuilder.forTarget(Target.parse(target), credentials)
                .flowControlWindow(WINDOW_BYTES)
                .defaultServiceConfig(serviceConfig())
                .enableRetry()
                .perRpcBufferLimit(MAX_INBOUND_BYTES) // a request that is larger than the limit is not retried
                .retryBufferSize(RETRY_BUFFER_BYTES)
                .maxInboundMessageSize(MAX_INBOUND_BYTES)
                .keepAliveTime(1, TimeUnit.MINUTES) // while there are calls
                .keepAliveTimeout(20, TimeUnit.SECONDS)
                .build();
    }

    /** Unary calls are retried by gRPC; streams are not, since only their reader knows where to go on. */
    private static Map<String, ?> serviceConfig() {
        Map<String, ?> retryPolicy = Map.of(
                "maxAttempts",
                4.0,
                "initialBackoff",
                "0.1s",
                "maxBackoff",
                "2s",
                "backoffMultiplier",
                3.0,
                "retryableStatusCodes",
                List.of("UNAVAILABLE"));
        return Map.of(
                "loadBalancingConfig",
                List.of(Map.of("round_robin", Map.of())),
                "methodConfig",
                List.of(
                        Map.of("name", List.of(Map.of()), "retryPolicy", retryPolicy),
                        Map.of(
                                "name",
                                List.of(
                                        name(EmbeddingServiceGrpc.getEmbedStreamMethod()),
                                        name(GenerationServiceGrpc.getGenerateMethod()),
                                        name(ContentServiceGrpc.getUploadContentMethod())))));
    }

    private static Map<String, String> name(MethodDescriptor<?, ?> method) {
        String service = method.getServiceName();
        String bare = method.getBareMethodName();
        return Map.of("service", service == null ? "" : service, "method", bare == null ? "" : bare);
    }
}
