package dev.sensorium.kit.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sensorium.spi.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * All tensors of a checkpoint folder by name, from {@code model.safetensors} or from the shards that
 * {@code model.safetensors.index.json} names.
 *
 * <pre>{@code
 * try (Weights weights = Weights.open(folder)) {
 *     StoredTensor table = weights.tensor("text_model.embeddings.token_embedding.weight");
 * }
 * }</pre>
 */
public final class Weights implements AutoCloseable {

    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final Pattern SHARD_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*\\.safetensors");

    private final Collection<Safetensors> files;
    private final Map<String, Safetensors> fileOf;

    private Weights(Collection<Safetensors> files, Map<String, Safetensors> fileOf) {
        this.files = files;
        this.fileOf = fileOf;
    }

    /**
     * Opens a checkpoint folder and checks its headers.
     *
     * @throws ModelException INVALID_CHECKPOINT if a file is missing or not as its format says, or if the index names
     *     what its shards do not hold
     */
    public static Weights open(Path folder) {
        if (Files.exists(folder.resolve(SINGLE))) {
            return single(Safetensors.open(folder.resolve(SINGLE)));
        }
        if (Files.exists(folder.resolve(INDEX))) {
            return sharded(folder);
        }
        throw Json.invalid("%s is missing (or %s with its shards)".formatted(SINGLE, INDEX));
    }

    /** Returns the names of all tensors, in alphabetical order. */
    public Set<String> names() {
        return Collections.unmodifiableSet(fileOf.keySet());
    }

    /** Tells whether there is a tensor of this name. */
    public boolean contains(String name) {
        return fileOf.containsKey(name);
    }

    /**
     * Maps a tensor.
     *
     * @throws ModelException INVALID_CHECKPOINT if there is none of this name
     * @throws IllegalStateException if these weights are closed
     */
    public StoredTensor tensor(String name) {
        Safetensors file = fileOf.get(name);
        if (file == null) {
            throw Json.invalid("tensor %s is missing (%s %d tensors)"
                    .formatted(Json.quote(name), files.size() == 1 ? "file holds" : "shards hold", fileOf.size()));
        }
        return file.tensor(name);
    }

    /** Returns the number of elements of all tensors. */
    public long parameters() {
        return files.stream().mapToLong(Safetensors::parameters).sum();
    }

    /** Returns the number of bytes of all tensors, as stored. */
    public long bytes() {
        return files.stream().mapToLong(Safetensors::bytes).sum();
    }

    /** Closes the files. Tensors that were mapped stay readable; a mapping goes with its buffer. */
    @Override
    public void close() {
        files.forEach(Safetensors::close);
    }

    private static Weights single(Safetensors file) {
        Map<String, Safetensors> fileOf = new TreeMap<>();
        file.names().forEach(name -> fileOf.put(name, file));
        return new Weights(Set.of(file), fileOf);
    }

    private static Weights sharded(Path folder) {
        Map<String, Safetensors> shards = new TreeMap<>();
        boolean opened = false;
        try {
            Map<String, Safetensors> fileOf = new TreeMap<>();
            for (Map.Entry<String, JsonNode> mapping : weightMap(folder).properties()) {
                String name = mapping.getKey();
                Safetensors shard = shards.computeIfAbsent(
                        shardName(name, mapping.getValue()), file -> Safetensors.open(folder.resolve(file)));
                if (!shard.contains(name)) {
                    throw Json.invalid("%s: tensor %s is not in %s".formatted(INDEX, Json.quote(name), shard.file()));
                }
                fileOf.put(name, shard);
            }
            opened = true;
            return new Weights(shards.values(), fileOf);
        } finally {
            if (!opened) {
                shards.values().forEach(Safetensors::close);
            }
        }
    }

    private static JsonNode weightMap(Path folder) {
        JsonNode map = Json.readFile(folder.resolve(INDEX)).path("weight_map");
        if (!map.isObject() || map.isEmpty()) {
            throw Json.invalid(INDEX + ": weight_map (expected: an object of file names by tensor name)");
        }
        return map;
    }

    /** Returns the shard's file name; nothing outside of the folder can be named. */
    private static String shardName(String tensor, JsonNode file) {
        if (!file.isTextual() || !SHARD_NAME.matcher(file.textValue()).matches()) {
            throw Json.invalid("%s: %s: %s (expected: the name of a .safetensors file)"
                    .formatted(INDEX, Json.quote(tensor), Json.quote(file.asText())));
        }
        return file.textValue();
    }
}
