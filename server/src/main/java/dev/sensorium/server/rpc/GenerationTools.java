package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.DecodingOptions;
import dev.sensorium.server.SensoriumConfig;
import dev.sensorium.server.ServiceException;
import dev.sensorium.server.cache.ContentStore;
import dev.sensorium.server.registry.Lease;
import dev.sensorium.server.registry.ModelRegistry;
import dev.sensorium.server.registry.Need;
import dev.sensorium.server.schedule.Caller;
import dev.sensorium.server.schedule.Generation;
import dev.sensorium.server.schedule.QueuedGenerator;
import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Generator.Score;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Text;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** What the methods that generate have in common. */
@Singleton
final class GenerationTools {

    private final ModelRegistry registry;
    private final ContentReader reader;
    private final Recordings recordings;
    private final PromptReader.Limits limits;
    private final int maxContinuations;

    @Inject
    GenerationTools(ModelRegistry registry, ContentStore uploads, Recordings recordings, SensoriumConfig config) {
        int textBytes = Math.toIntExact(config.limits().textBytes().asLongValue());
        this.registry = registry;
        this.recordings = recordings;
        this.reader = new ContentReader(uploads, textBytes);
        this.limits = new PromptReader.Limits(config.limits().promptContents(), textBytes);
        this.maxContinuations = config.limits().continuations();
    }

    Recordings recordings() {
        return recordings;
    }

    /** Returns a reader of one request's prompt. */
    PromptReader prompt(Violations violations) {
        return new PromptReader(reader, limits, violations);
    }

    /** Checks the field "decoding". */
    void check(DecodingOptions options, Violations violations) {
        DecodingReader.check(options, limits.textBytes(), violations);
    }

    /** Reads the field "continuations"; those with violations are left out. */
    List<Text> continuations(List<String> wire, Violations violations) {
        List<Text> texts = new ArrayList<>(wire.size());
        if (wire.isEmpty() || wire.size() > maxContinuations) {
            violations.add("continuations", "%d (expected: 1 to %d)".formatted(wire.size(), maxContinuations));
            return texts;
        }
        for (int i = 0; i < wire.size(); i++) {
            Text text = reader.text(wire.get(i), "continuations[%d]".formatted(i), violations);
            if (text != null) {
                texts.add(text);
            }
        }
        return texts;
    }

    /** Asks a model to generate. */
    Work<Step> generate(String model, ReadPrompt prompt, DecodingOptions options, PrepareOptions prepare) {
        return ask(model, prompt, generator -> {
            Decoding decoding = decoding(options, generator.defaults(), prompt.fields());
            return generator.generate(new Caller(), prompt.prompt(), decoding, prepare);
        });
    }

    /** Asks a model to score. */
    Work<Score> score(String model, ReadPrompt prompt, List<Text> continuations, PrepareOptions prepare) {
        return ask(model, prompt, generator -> generator.score(new Caller(), prompt.prompt(), continuations, prepare));
    }

    private <T> Work<T> ask(
            String model, ReadPrompt prompt, Function<QueuedGenerator, CompletableFuture<Generation<T>>> question) {
        Lease lease = registry.lease(model, Need.of(prompt.prompt()));
        try {
            QueuedGenerator generator = lease.served().generator();
            prompt.require(generator.promptable());
            return new Work<>(lease, question.apply(generator));
        } catch (RuntimeException | Error e) {
            lease.close();
            throw e;
        }
    }

    private static Decoding decoding(DecodingOptions options, Decoding defaults, PromptFields fields) {
        try {
            return DecodingOverlay.of(options, defaults);
        } catch (ServiceException e) {
            throw e;
        } catch (RuntimeException e) {
            throw fields.refusal(e);
        }
    }
}
