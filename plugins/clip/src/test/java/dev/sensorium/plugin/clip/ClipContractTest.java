package dev.sensorium.plugin.clip;

import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.testkit.DualEncoderContract;
import org.junit.jupiter.api.Nested;

class ClipContractTest {

    @Nested
    class OfTheDemoCheckpoint implements DualEncoderContract {

        @Override
        public ModelProvider provider() {
            return new ClipProvider();
        }

        @Override
        public ModelSpec spec() {
            return Goldens.spec(Goldens.DEMO);
        }
    }

    @Nested
    class OfAStrangersShardedCheckpoint implements DualEncoderContract {

        @Override
        public ModelProvider provider() {
            return new ClipProvider();
        }

        @Override
        public ModelSpec spec() {
            return Goldens.spec(Goldens.FOLDER.resolve("clip-fp16"));
        }
    }
}
