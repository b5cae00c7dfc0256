package dev.sensorium.server;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;

/** Configurations for tests that need no application. */
public final class Configs {

    private Configs() {}

    /** Returns the configuration of an operator who sets nothing. */
    public static SensoriumConfig defaults() {
        return with(Map.of());
    }

    /** Returns the configuration of an operator who sets these keys. */
    public static SensoriumConfig with(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withDefaultValues(settings)
                .withMapping(SensoriumConfig.class)
                .build()
                .getConfigMapping(SensoriumConfig.class);
    }
}
