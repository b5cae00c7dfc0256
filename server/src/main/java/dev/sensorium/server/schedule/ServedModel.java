package dev.sensorium.server.schedule;

import dev.sensorium.server.ServiceException;
import dev.sensorium.spi.Capability;
import dev.sensorium.spi.Embedder;
import dev.sensorium.spi.Generator;
import dev.sensorium.spi.ImageGenerator;
import dev.sensorium.spi.Matcher;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.Policy;
import io.grpc.Status;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A loaded model as the services meet it: its items are queued, batched and run on its device, and its code is called
 * the way a plugin's code is to be called.
 */
public final class ServedModel implements AutoCloseable {

    private final ModelId id;
    private final String checkpointSha256;
    private final Model model;
    private final PluginCode plugin;
    private final @Nullable BatchedEmbedder embedder;
    private final @Nullable Heads heads;
    private final @Nullable QueuedGenerator generator;
    private final @Nullable QueuedImageGenerator imageGenerator;
    private final @Nullable BoundedPolicy policy;

    ServedModel(ModelId id, String checkpointSha256, Model model, Batching batching, Bounds bounds) {
        this.id = id;
        this.checkpointSha256 = checkpointSha256;
        this.model = model;
        this.plugin = new PluginCode(model.getClass().getClassLoader());
        this.embedder = model instanceof Embedder e ? new BatchedEmbedder(id, e, plugin, batching) : null;
        this.heads = model instanceof Matcher m ? new Heads(id, m, plugin, batching) : null;
        this.generator = model instanceof Generator g ? batching.generator(id, g, plugin, bounds.generations()) : null;
        this.imageGenerator =
                model instanceof ImageGenerator g ? batching.imageGenerator(id, g, plugin, bounds.generations()) : null;
        this.policy = model instanceof Policy p ? batching.policy(id, p, plugin, bounds.episodes()) : null;
    }

    /**
     * How much a model is given to do that is not batched.
     *
     * @param generations of text, and as much again of pictures
     * @param episodes that are open at the same time
     */
    record Bounds(GenerationLimits generations, int episodes) {}

    /** Returns its name and version. */
    public ModelId id() {
        return id;
    }

    /** Returns the SHA-256 over its checkpoint's files in lower-case hexadecimal. */
    public String checkpointSha256() {
        return checkpointSha256;
    }

    /** Returns the model itself. */
    public Model model() {
        return model;
    }

    /** Returns its embedder; its items are batched with those of other calls. */
    public BatchedEmbedder embedder() {
        return require(embedder, Embedder.class);
    }

    /** Returns its head of a name, one of {@link Matcher#heads}; the empty name is the model's first. */
    public Optional<Head> head(String name) {
        return require(heads, Matcher.class).named(name);
    }

    /** Returns the names of its heads. */
    public Set<String> headNames() {
        return require(heads, Matcher.class).names();
    }

    /** Returns its generator; its calls wait for their turn. */
    public QueuedGenerator generator() {
        return require(generator, Generator.class);
    }

    /** Returns its image generator; its pictures wait for their turn. */
    public QueuedImageGenerator imageGenerator() {
        return require(imageGenerator, ImageGenerator.class);
    }

    /** Returns its policy; its episodes are bounded. */
    public BoundedPolicy policy() {
        return require(policy, Policy.class);
    }

    /** Answers what is queued, then closes the model. */
    @Override
    public void close() {
        if (embedder != null) {
            embedder.close();
        }
        if (heads != null) {
            heads.close();
        }
        if (generator != null) {
            generator.close();
        }
        if (imageGenerator != null) {
            imageGenerator.close();
        }
        if (policy != null) {
            policy.close();
        }
        plugin.run(model::close);
    }

    private <T> T require(@Nullable T capability, Class<? extends Capability> kind) {
        if (capability == null) {
            throw new ServiceException(
                    Status.Code.FAILED_PRECONDITION,
                    "UNSUPPORTED_CAPABILITY",
                    "model %s: no %s".formatted(id, kind.getSimpleName()));
        }
        return capability;
    }
}
