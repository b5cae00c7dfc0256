package dev.sensorium.server.rpc;

import dev.sensorium.server.registry.ModelListener;
import dev.sensorium.server.registry.ModelState;
import dev.sensorium.server.registry.ModelStatus;
import dev.sensorium.server.registry.ModelVersion;
import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What {@code grpc.health.v1} answers. The server ("") and its services serve from the moment when every model found at
 * start-up is READY or FAILED; {@code model:<name>} serves while one of its versions is READY. From the beginning of a
 * drain nothing does.
 */
@Singleton
class ModelHealth implements ModelListener {

    private final HealthStatusManager health = new HealthStatusManager();
    private final Set<String> services = new HashSet<>(Set.of(HealthStatusManager.SERVICE_NAME_ALL_SERVICES));
    private final Map<ModelVersion, ModelState> models = new HashMap<>();
    private boolean serving;

    ModelHealth() {
        publishServices();
    }

    BindableService service() {
        return health.getHealthService();
    }

    /** Tells of a service, by its full name, from now on. */
    synchronized void add(String service) {
        services.add(service);
        publishServices();
    }

    @Override
    public synchronized void changed(ModelStatus model) {
        models.put(model.key(), model.state());
        String name = model.key().name();
        boolean ready = models.entrySet().stream()
                .anyMatch(entry -> entry.getKey().name().equals(name) && entry.getValue() == ModelState.READY);
        health.setStatus("model:" + name, status(ready));
    }

    @Override
    public synchronized void settled() {
        serving = true;
        publishServices();
    }

    /** Answers NOT_SERVING to everything from now on. */
    synchronized void drain() {
        serving = false;
        health.enterTerminalState();
    }

    synchronized boolean isServing() {
        return serving;
    }

    private synchronized void publishServices() {
        services.forEach(service -> health.setStatus(service, status(serving)));
    }

    private static ServingStatus status(boolean serving) {
        return serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    }
}
