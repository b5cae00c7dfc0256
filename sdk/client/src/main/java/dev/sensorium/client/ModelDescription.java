package dev.sensorium.client;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a server tells of a model, loaded or not.
 *
 * @param name its name, such as "clip-shapes"
 * @param version its version, such as "1"
 * @param family the model_type of its config.json, such as "clip"
 * @param state where it is in its life
 * @param failure why it failed, for people; empty unless it did
 * @param capabilities what it can do; known once it is ready
 * @param modalities the kinds of content that it takes
 * @param dimensions the length of its embeddings; 0 if it has none
 * @param device the device it runs on, such as "cpu:0"
 * @param checkpointSha256 the SHA-256 over its checkpoint's files, 64 hexadecimal characters
 * @param parity the reference implementation, and the tolerance within which this model gives its numbers
 * @param architecture the network's class name in its reference implementation
 * @param parameterCount number of parameters
 * @param dtype the type that the weights are computed in, such as "float32"
 * @param limits what one item may hold at most, by name and unit, such as "text_tokens" to 77
 * @param estimatedBytes bytes of memory that it was estimated to take
 * @param readyTime when it became ready; empty if it is not
 * @param generationTasks what it can be asked to generate; empty if it cannot generate
 * @param matchHeads the ways of scoring that {@link MatchOptions#head} can name, the default first; empty if there is
 *     only one
 */
public record ModelDescription(
        String name,
        String version,
        String family,
        ModelState state,
        String failure,
        Set<Capability> capabilities,
        Set<Modality> modalities,
        int dimensions,
        String device,
        String checkpointSha256,
        String parity,
        String architecture,
        long parameterCount,
        String dtype,
        Map<String, Long> limits,
        long estimatedBytes,
        Optional<Instant> readyTime,
        Set<GenerationTask> generationTasks,
        List<String> matchHeads) {

    /** Returns name and version as calls take them, "name/version". */
    public String id() {
        return name + "/" + version;
    }
}
