package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.DrawingOptions;
import dev.sensorium.proto.v1.GenerateImageRequest;
import dev.sensorium.server.SensoriumConfig;
import dev.sensorium.server.registry.Lease;
import dev.sensorium.server.registry.ModelRegistry;
import dev.sensorium.spi.ImageGenerator;
import dev.sensorium.spi.Text;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;

/** What a call that draws needs of the server. */
@Singleton
final class ImageTools {

    private final ModelRegistry registry;
    private final Toolbox matching;
    private final Alarms alarms;
    private final Duration readerIdle;
    private final int maxCount;
    private final SecureRandom random = new SecureRandom();

    @Inject
    ImageTools(ModelRegistry registry, Toolbox matching, Alarms alarms, SensoriumConfig config) {
        this.registry = registry;
        this.matching = matching;
        this.alarms = alarms;
        this.readerIdle = config.generation().readerIdle();
        this.maxCount = config.limits().pictures();
    }

    /**
     * Reads the prompt, and checks all that needs no knowledge of a model.
     *
     * @throws dev.sensorium.server.ServiceException if there are violations
     */
    Text prompt(GenerateImageRequest request) {
        Violations violations = new Violations();
        Optional<Text> prompt = Optional.ofNullable(matching.reader().text(request.getPrompt(), "prompt", violations));
        DrawingReader.check(request, maxCount, violations);
        violations.raise(Violations.INVALID_REQUEST);
        return prompt.orElseThrow();
    }

    /** Leases the model that draws. */
    Lease lease(String model) {
        return registry.lease(model, ImageGenerator.class);
    }

    /** Leases the model that ranks, if one is to. */
    Optional<Ranking> ranking(Call<?> call, GenerateImageRequest request, Text prompt) {
        String model = request.getRerankModel();
        return model.isEmpty() ? Optional.empty() : Optional.of(Ranking.open(matching, call, model, prompt));
    }

    /** Returns the seed of the first picture: a short one if the request names none, as people are to type it. */
    long seed(DrawingOptions options) {
        return options.hasSeed() ? options.getSeed() : random.nextInt(Integer.MAX_VALUE);
    }

    /** Runs an action when a client has had long enough to read something. */
    Future<?> whenIdle(Runnable action) {
        return alarms.after(readerIdle, action);
    }
}
