package dev.sensorium.plugin.dalle;

import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.testkit.ImageGeneratorContract;

class DalleContractTest implements ImageGeneratorContract {

    @Override
    public ModelProvider provider() {
        return new DalleProvider();
    }

    @Override
    public ModelSpec spec() {
        return Goldens.spec("dalle-fp16");
    }
}
