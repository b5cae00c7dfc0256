package dev.sensorium.spi;

/**
 * The entry of a plugin: loads the checkpoints of one model family.
 *
 * <p>Found by {@link java.util.ServiceLoader}: public, with a public no-argument constructor that is cheap, without
 * state. A jar may name several providers, one per family.
 */
public interface ModelProvider {

    /**
     * Returns the {@code model_type} of the {@code config.json} files that this provider loads, such as "clip"; of a
     * pipeline the {@code _class_name} of its {@code model_index.json}.
     */
    String family();

    /**
     * Returns an upper estimate of the bytes of memory that {@link #load} of this checkpoint takes and keeps. Reads
     * headers only, never weights.
     *
     * @throws ModelException {@link ModelException.Reason#INVALID_CHECKPOINT} if the folder cannot be this family's
     */
    long estimateBytes(ModelSpec spec);

    /**
     * Loads a checkpoint. On failure nothing stays allocated.
     *
     * @throws ModelException {@link ModelException.Reason#INVALID_CHECKPOINT} if the folder lacks something or holds
     *     something impossible; the message names the file or tensor and what was expected
     */
    Model load(ModelSpec spec);
}
