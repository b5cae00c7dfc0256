package dev.sensorium.testkit;

import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.testkit.echo.EchoProvider;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The plugin without a network keeps all contracts. */
class EchoContractTest implements DualEncoderContract, GeneratorContract, ImageGeneratorContract, PolicyContract {

    @TempDir
    private Path folder;

    @BeforeEach
    void writeCheckpoint() {
        TinyCheckpoint.of(Map.of("model_type", "echo", "dimensions", 8)).writeTo(folder);
    }

    @Override
    public ModelProvider provider() {
        return new EchoProvider();
    }

    @Override
    public ModelSpec spec() {
        return ModelSpec.of(new ModelId("echo", "1"), folder);
    }
}
