package dev.sensorium.plugin.blip;

import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.testkit.EmbedderContract;
import dev.sensorium.testkit.MatcherContract;

class RetrievalContractTest implements EmbedderContract, MatcherContract {

    @Override
    public ModelProvider provider() {
        return new BlipProvider();
    }

    @Override
    public ModelSpec spec() {
        return Goldens.spec(Goldens.FOLDER.resolve("blip-itm"));
    }
}
