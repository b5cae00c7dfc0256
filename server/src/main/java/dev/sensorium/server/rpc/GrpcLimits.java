package dev.sensorium.server.rpc;

import dev.sensorium.server.SensoriumConfig;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.quarkus.grpc.api.ServerBuilderCustomizer;
import io.quarkus.grpc.runtime.config.GrpcServerConfiguration;
import io.vertx.grpc.VertxServerBuilder;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What one connection may do, and the services and the interceptor that are not Quarkus' to add. */
@Singleton
class GrpcLimits implements ServerBuilderCustomizer<VertxServerBuilder> {

    private final SensoriumConfig config;
    private final ModelHealth health;
    private final Drain drain;

    GrpcLimits(SensoriumConfig config, ModelHealth health, Drain drain) {
        this.config = config;
        this.health = health;
        this.drain = drain;
    }

    @Override
    public void customize(GrpcServerConfiguration quarkus, VertxServerBuilder builder) {
        bound(builder.nettyBuilder());
        builder.addService(health.service());
        builder.addService(ProtoReflectionServiceV1.newInstance());
        builder.addService(ProtoReflectionService.newInstance());
        builder.intercept(drain);
        builder.nettyBuilder().addStreamTracerFactory(new StreamFate.Factory());
    }

    private void bound(NettyServerBuilder netty) {
        SensoriumConfig.Grpc grpc = config.grpc();
        netty.maxInboundMessageSize(
                        Math.toIntExact(config.limits().messageBytes().asLongValue()))
                .maxInboundMetadataSize(Math.toIntExact(grpc.maxHeaderBytes().asLongValue()))
                .maxConcurrentCallsPerConnection(grpc.maxConcurrentCalls())
                .maxRstFramesPerWindow(
                        grpc.maxResets(), Math.toIntExact(grpc.resetWindow().toSeconds()))
                .keepAliveTime(millis(grpc.keepAliveTime()), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(millis(grpc.keepAliveTimeout()), TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(millis(grpc.permitKeepAliveTime()), TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(true)
                .maxConnectionIdle(millis(grpc.maxConnectionIdle()), TimeUnit.MILLISECONDS)
                .maxConnectionAge(millis(grpc.maxConnectionAge()), TimeUnit.MILLISECONDS)
                .maxConnectionAgeGrace(millis(grpc.maxConnectionAgeGrace()), TimeUnit.MILLISECONDS);
    }

    private static long millis(Duration duration) {
        return duration.toMillis();
    }
}
