package dev.sensorium.plugin.blip;

import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.testkit.GeneratorContract;

class CaptionContractTest implements GeneratorContract {

    @Override
    public ModelProvider provider() {
        return new BlipProvider();
    }

    @Override
    public ModelSpec spec() {
        return Goldens.spec(Goldens.FOLDER.resolve("blip-caption"));
    }
}
