package dev.sensorium.server.rpc;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** The same answer over HTTP as {@code grpc.health.v1} gives for the server as a whole. */
@Readiness
@Singleton
class ReadinessCheck implements HealthCheck {

    private final ModelHealth health;

    ReadinessCheck(ModelHealth health) {
        this.health = health;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("models").status(health.isServing()).build();
    }
}
