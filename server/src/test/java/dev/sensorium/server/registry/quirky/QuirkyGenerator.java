package dev.sensorium.server.registry.quirky;

import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Generator;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelCard;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A generator that refuses every prompt for one reason. */
final class QuirkyGenerator implements Model, Generator {

    private final ModelException.Reason reason;

    QuirkyGenerator(ModelException.Reason reason) {
        this.reason = reason;
    }

    @Override
    public ModelCard card() {
        return new ModelCard("Quirky", 0, "float32", "none", Map.of());
    }

    @Override
    public Set<Modality> promptable() {
        return Set.of(Modality.TEXT, Modality.IMAGE);
    }

    @Override
    public Set<Prompt.Task> tasks() {
        return Set.of(Prompt.Task.GENERATE);
    }

    @Override
    public Decoding defaults() {
        return Decoding.greedy(1);
    }

    @Override
    public Steps<Step> generate(Prompt prompt, Decoding decoding, PrepareOptions options) {
        throw new ModelException(reason, "prompt: this one (expected: another)");
    }

    @Override
    public Steps<Score> score(Prompt prompt, List<Text> continuations, PrepareOptions options) {
        throw new ModelException(reason, "prompt: this one (expected: another)");
    }

    @Override
    public void close() {}
}
