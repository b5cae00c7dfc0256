package dev.sensorium.plugin.gato;

import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.testkit.GeneratorContract;
import dev.sensorium.testkit.PolicyContract;

class GatoContractTest implements PolicyContract, GeneratorContract {

    @Override
    public ModelProvider provider() {
        return new GatoProvider();
    }

    @Override
    public ModelSpec spec() {
        return Goldens.spec();
    }
}
