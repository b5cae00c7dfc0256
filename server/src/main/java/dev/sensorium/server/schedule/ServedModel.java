package dev.sensorium.server.schedule;

import dev.sensorium.server.ServiceException;
import dev.sensorium.spi.Capability;
import dev.sensorium.spi.DualEncoder;
import dev.sensorium.spi.Embedder;
import dev.sensorium.spi.Matcher;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelId;
import io.grpc.Status;
import java.util.List;
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
    private final @Nullable BatchedMatcher matcher;

    ServedModel(ModelId id, String checkpointSha256, Model model, Batching batching) {
        this.id = id;
        this.checkpointSha256 = checkpointSha256;
        this.model = model;
        this.plugin = new PluginCode(model.getClass().getClassLoader());
        this.embedder = model instanceof Embedder e ? new BatchedEmbedder(id, e, plugin, batching) : null;
        this.matcher = model instanceof Matcher m && !(model instanceof DualEncoder)
                ? new BatchedMatcher(id, m, plugin, batching)
                : null;
    }

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

    /** Returns its matcher, if it matches otherwise than by embeddings; its calls run one by one on the device. */
    public BatchedMatcher matcher() {
        return require(matcher, Matcher.class);
    }

    /** Scores embeddings against each other, (M, N), on the caller's thread. */
    public float[][] score(List<float[]> contents, List<float[]> texts) {
        return plugin.call(() -> require(model instanceof DualEncoder d ? d : null, DualEncoder.class)
                .score(contents, texts));
    }

    /** Answers what is queued, then closes the model. */
    @Override
    public void close() {
        if (embedder != null) {
            embedder.close();
        }
        if (matcher != null) {
            matcher.close();
        }
        plugin.call(() -> {
            model.close();
            return true;
        });
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
