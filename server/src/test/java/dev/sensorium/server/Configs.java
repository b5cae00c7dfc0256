package dev.sensorium.server;

import io.smallrye.config.SmallRyeConfigBuilder;

/** Configurations for tests that need no application. */
public final class Configs {

    private Configs() {}

    /** Returns the configuration of an operator who sets nothing. */
    public static SensoriumConfig defaults() {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(SensoriumConfig.class)
                .build()
                .getConfigMapping(SensoriumConfig.class);
    }
}
