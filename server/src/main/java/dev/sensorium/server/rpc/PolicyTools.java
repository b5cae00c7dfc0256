package dev.sensorium.server.rpc;

import dev.sensorium.server.SensoriumConfig;
import dev.sensorium.server.registry.Lease;
import dev.sensorium.server.registry.ModelRegistry;
import dev.sensorium.server.registry.Need;
import dev.sensorium.spi.Policy;
import dev.sensorium.spi.Policy.Task;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.Future;

/** What calls of Act have in common. */
@Singleton
final class PolicyTools {

    private static final int ID_BYTES = 16;

    private final ModelRegistry registry;
    private final Alarms alarms;
    private final PolicyReader reader;
    private final Duration clientIdle;
    private final SecureRandom random = new SecureRandom();

    @Inject
    PolicyTools(ModelRegistry registry, Alarms alarms, SensoriumConfig config) {
        this.registry = registry;
        this.alarms = alarms;
        this.reader =
                new PolicyReader(Math.toIntExact(config.limits().textBytes().asLongValue()));
        this.clientIdle = config.policy().clientIdle();
    }

    PolicyReader reader() {
        return reader;
    }

    /** Asks a model to open an episode. */
    Play open(String model, Task task) {
        Lease lease = registry.lease(model, Need.of(Policy.class));
        try {
            byte[] id = new byte[ID_BYTES];
            random.nextBytes(id);
            return new Play(
                    HexFormat.of().formatHex(id), lease, lease.served().policy().open(task));
        } catch (RuntimeException | Error e) {
            lease.close();
            throw e;
        }
    }

    /** Runs an action when a client has had long enough to do something. */
    Future<?> whenIdle(Runnable action) {
        return alarms.after(clientIdle, action);
    }

    /** Runs an action after a time. */
    Future<?> after(Duration delay, Runnable action) {
        return alarms.after(delay, action);
    }
}
