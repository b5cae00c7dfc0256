package dev.sensorium.testkit.echo;

import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;

/**
 * The provider of family "echo": models that answer at once, always the same to the same, without TensorFlow.
 *
 * <p>A checkpoint is a folder with a flat {@code config.json}:
 *
 * <pre>{@code
 * {"model_type": "echo", "dimensions": 8}
 * }</pre>
 *
 * <p>{@code dimensions} is the length of the embeddings. The other keys are optional, for tests:
 *
 * <ul>
 *   <li>{@code max_text}: the most characters of a text and the most steps of a demonstration, 77 if not said; more are
 *       TOO_LONG;
 *   <li>{@code embed_only}: true for a model that is an {@link dev.sensorium.spi.Embedder} and nothing else; not said,
 *       it has every capability;
 *   <li>{@code estimate_bytes}: what {@link #estimateBytes} answers, 1 MiB if not said;
 *   <li>{@code fail_load}: a message with which {@link #load} fails as INVALID_CHECKPOINT;
 *   <li>{@code nan}: true for broken weights; every embedding fails as NOT_FINITE;
 *   <li>{@code poison}: a word; a batch with a text that contains it fails as a bug would, by an unchecked exception,
 *       and so does a generation when it is to say it, and a drawing at its end;
 *   <li>{@code tasks}: what a generator can be asked for, such as "GENERATE CAPTION"; everything if not said,
 *       and prompts of several turns;
 *   <li>{@code slots}, {@code queue}: how many generations say words, and as many pictures are drawn, at the same time, 64
 *       if not said, and how many wait for that, 1024 if not said; more are refused as CAPACITY; as many episodes as
 *       slots can be open at the same time;
 *   <li>{@code pace_millis}: how long a word, a piece of a picture or an action takes, 0 if not said;
 *   <li>{@code repeat}: how often a generation says the words of its prompt, and how many pieces a row of a picture takes,
 *       once if not said.
 * </ul>
 */
public final class EchoProvider implements ModelProvider {

    @Override
    public String family() {
        return "echo";
    }

    @Override
    public long estimateBytes(ModelSpec spec) {
        return EchoConfig.read(spec.folder()).estimateBytes();
    }

    @Override
    public Model load(ModelSpec spec) {
        if (!spec.settings().isEmpty()) {
            throw new ModelException(
                    Reason.INVALID_CHECKPOINT,
                    "settings: %s (expected: none)".formatted(spec.settings().keySet()));
        }
        EchoConfig config = EchoConfig.read(spec.folder());
        if (!config.failLoad().isEmpty()) {
            throw new ModelException(Reason.INVALID_CHECKPOINT, config.failLoad());
        }
        EchoEmbedder embedder = new EchoEmbedder(config, spec);
        return config.embedOnly()
                ? embedder
                : new EchoModel(
                        embedder,
                        new EchoGenerator(config, embedder.inputs(), spec.folder()),
                        new EchoPainter(config, embedder.inputs(), spec.folder()),
                        new EchoPolicy(config, spec.folder()));
    }
}
