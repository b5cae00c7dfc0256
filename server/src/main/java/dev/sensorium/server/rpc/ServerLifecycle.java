package dev.sensorium.server.rpc;

import dev.sensorium.server.SensoriumConfig;
import dev.sensorium.server.registry.ModelListener;
import dev.sensorium.server.registry.ModelRegistry;
import dev.sensorium.server.registry.ModelStatus;
import io.grpc.BindableService;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.runtime.GrpcServer;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.HttpServer;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * The order of things: ports open, models load, health says SERVING; and at the end, health says NOT_SERVING, calls in
 * flight finish, models close.
 */
@Singleton
class ServerLifecycle implements ModelListener {

    private static final Logger LOG = Logger.getLogger(ServerLifecycle.class);

    private final SensoriumConfig config;
    private final ModelRegistry registry;
    private final ModelHealth health;
    private final Drain drain;
    private final GrpcServer grpc;
    private final HttpServer http;

    ServerLifecycle(
            SensoriumConfig config,
            ModelRegistry registry,
            ModelHealth health,
            Drain drain,
            GrpcServer grpc,
            HttpServer http) {
        this.config = config;
        this.registry = registry;
        this.health = health;
        this.drain = drain;
        this.grpc = grpc;
        this.http = http;
    }

    void start(@Observes StartupEvent event, @GrpcService Instance<BindableService> services) {
        services.forEach(service ->
                health.add(service.bindService().getServiceDescriptor().getName()));
        registry.start(this);
    }

    @Override
    public void changed(ModelStatus model) {
        health.changed(model);
    }

    @Override
    public void settled() {
        health.settled();
        List<ModelStatus> models = registry.models();
        LOG.infof(
                "Ready in %.1f s: %d of %d models, gRPC on port %d, metrics and health on HTTP port %d",
                secondsSinceStart(),
                models.stream().filter(ModelStatus::isReady).count(),
                models.size(),
                grpc.getPort(),
                http.getPort());
    }

    private static double secondsSinceStart() {
        Instant start = ProcessHandle.current().info().startInstant().orElse(Instant.now());
        return Duration.between(start, Instant.now()).toMillis() / 1e3;
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        Duration timeout = config.drain().timeout();
        LOG.infof("Stopping: calls in flight may take %d s more", timeout.toSeconds());
        health.drain();
        int cutOff = drain.drain(timeout);
        if (cutOff > 0) {
            LOG.warnf("Cut off: %d calls", cutOff);
        }
        registry.close(cutOff > 0 ? Duration.ZERO : timeout);
        LOG.info("Stopped");
    }
}
