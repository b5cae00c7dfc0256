package dev.sensorium.plugin.clip;

import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.testkit.DualEncoderContract;

class SiglipContractTest implements DualEncoderContract {

    @Override
    public ModelProvider provider() {
        return new SiglipProvider();
    }

    @Override
    public ModelSpec spec() {
        return Goldens.spec(Goldens.siglip());
    }
}
