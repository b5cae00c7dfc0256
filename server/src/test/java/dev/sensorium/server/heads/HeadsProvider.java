package dev.sensorium.server.heads;

import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;

/** The provider of family "heads". */
public final class HeadsProvider implements ModelProvider {

    @Override
    public String family() {
        return "heads";
    }

    @Override
    public long estimateBytes(ModelSpec spec) {
        return 1;
    }

    @Override
    public Model load(ModelSpec spec) {
        return new HeadsModel();
    }
}
