package dev.sensorium.server.registry.broken;

import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;

/** A provider that says its family and can do no more. */
abstract class UnloadableProvider implements ModelProvider {

    @Override
    public long estimateBytes(ModelSpec spec) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Model load(ModelSpec spec) {
        throw new UnsupportedOperationException();
    }
}
