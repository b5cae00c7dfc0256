package dev.sensorium.server.pair;

import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;

/** The provider of family "pair". */
public final class PairProvider implements ModelProvider {

    @Override
    public String family() {
        return "pair";
    }

    @Override
    public long estimateBytes(ModelSpec spec) {
        return 1;
    }

    @Override
    public Model load(ModelSpec spec) {
        return new PairModel();
    }
}
