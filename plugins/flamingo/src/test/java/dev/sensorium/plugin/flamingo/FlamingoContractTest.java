package dev.sensorium.plugin.flamingo;

import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.testkit.GeneratorContract;

class FlamingoContractTest implements GeneratorContract {

    @Override
    public ModelProvider provider() {
        return new FlamingoProvider();
    }

    @Override
    public ModelSpec spec() {
        return Goldens.spec(Goldens.FOLDER.resolve("idefics"));
    }
}
