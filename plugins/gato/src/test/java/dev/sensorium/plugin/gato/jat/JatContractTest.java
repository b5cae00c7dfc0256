package dev.sensorium.plugin.gato.jat;

import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.Policy.Task;
import dev.sensorium.testkit.PolicyContract;
import java.util.Map;

class JatContractTest implements PolicyContract {

    @Override
    public ModelProvider provider() {
        return new JatProvider();
    }

    @Override
    public ModelSpec spec() {
        return Goldens.spec(Goldens.FOLDER, Map.of());
    }

    @Override
    public Task task() {
        return Goldens.integers();
    }
}
