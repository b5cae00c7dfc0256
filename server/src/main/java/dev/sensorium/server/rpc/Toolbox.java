package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.ProcessingOptions;
import dev.sensorium.server.SensoriumConfig;
import dev.sensorium.server.cache.CachingEmbedder;
import dev.sensorium.server.cache.ContentStore;
import dev.sensorium.server.registry.ModelRegistry;
import dev.sensorium.spi.Capability;
import dev.sensorium.spi.Content;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/** What the methods that embed and match have in common. */
@Singleton
final class Toolbox {

    private final ModelRegistry registry;
    private final CachingEmbedder embedder;
    private final ContentReader reader;
    private final PromptSets prompts = new PromptSets();
    private final SensoriumConfig.Limits limits;

    @Inject
    Toolbox(ModelRegistry registry, CachingEmbedder embedder, ContentStore uploads, SensoriumConfig config) {
        this.registry = registry;
        this.embedder = embedder;
        this.limits = config.limits();
        this.reader =
                new ContentReader(uploads, Math.toIntExact(limits.textBytes().asLongValue()));
    }

    /** Leases a model for one call. */
    Session session(String model, Class<? extends Capability> capability, ProcessingOptions options) {
        Violations violations = new Violations();
        Session.Options read = new Session.Options(Wire.prepareOptions(options), Wire.cacheUse(options, violations));
        violations.raise(Violations.INVALID_REQUEST);
        return new Session(registry.lease(model, capability), embedder, read);
    }

    /** Reads the field "contents"; those with violations are left out. */
    List<Content> contents(List<dev.sensorium.proto.v1.Content> contents, Violations violations) {
        List<Content> read = new ArrayList<>(contents.size());
        if (counts("contents", contents.size(), limits.batchContents(), violations)) {
            for (int i = 0; i < contents.size(); i++) {
                Content content = reader.read(contents.get(i), "contents[%d]".formatted(i), violations);
                if (content != null) {
                    read.add(content);
                }
            }
        }
        return read;
    }

    /** Checks the field "texts". */
    void texts(List<String> texts, Violations violations) {
        if (counts("texts", texts.size(), limits.matchTexts(), violations)) {
            for (int i = 0; i < texts.size(); i++) {
                reader.text(texts.get(i), "texts[%d]".formatted(i), violations);
            }
        }
    }

    private static boolean counts(String field, int count, int most, Violations violations) {
        if (count < 1 || count > most) {
            violations.add(field, "%d (expected: 1 to %d)".formatted(count, most));
            return false;
        }
        return true;
    }

    ContentReader reader() {
        return reader;
    }

    PromptSets prompts() {
        return prompts;
    }

    /** A window of the size that a call may have. */
    <T> OrderedWindow<T> window(Call<?> call, OrderedWindow.Sink<T> sink) {
        return new OrderedWindow<>(limits.itemsInFlight(), call, sink);
    }

    int maxTexts() {
        return limits.matchTexts();
    }
}
