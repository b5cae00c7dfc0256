package dev.sensorium.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A small checkpoint folder for tests: {@code config.json} and {@code model.safetensors}, right or wrong.
 *
 * <pre>{@code
 * Path folder = TinyCheckpoint.of(Map.of("model_type", "mean", "dimensions", 2))
 *         .with("weight", List.of(3, 2), 1, 2, 3, 4, 5, 6)
 *         .writeTo(temporary.resolve("mean"));
 * }</pre>
 */
public final class TinyCheckpoint {

    /** The name of the file that the tensors are written to. */
    public static final String WEIGHTS = "model.safetensors";

    private static final JsonMapper JSON = new JsonMapper();

    private final Map<String, ?> config;
    private final ObjectNode header = JSON.createObjectNode();
    private byte[] data = {};

    private TinyCheckpoint(Map<String, ?> config) {
        this.config = config;
    }

    /** A way in which a weights file can be broken. */
    public enum Fault {
        /** Nothing in it. */
        EMPTY,
        /** Its second half lost. */
        CUT_IN_HALF,
        /** Bytes after the last tensor. */
        TOO_LONG,
        /** A header that says it is longer than any file. */
        HEADER_LENGTH_HUGE,
        /** A header that is not JSON. */
        HEADER_NOT_JSON,
        /** A tensor whose bytes begin where they should not: inside another tensor or after a gap. */
        TENSOR_MISPLACED,
        /** A tensor whose bytes end beyond the file. */
        TENSOR_BEYOND_END,
        /** A tensor of a type that does not exist. */
        DTYPE_UNKNOWN,
        /** A tensor of a shape that is not of its bytes. */
        SHAPE_IMPOSSIBLE
    }

    /** Begins a checkpoint with the keys of its {@code config.json}. */
    public static TinyCheckpoint of(Map<String, ?> config) {
        return new TinyCheckpoint(config);
    }

    /** Adds a tensor of 32-bit floats, row-major. */
    public TinyCheckpoint with(String name, List<Integer> shape, float... values) {
        ByteBuffer all =
                ByteBuffer.allocate(data.length + Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        all.put(data);
        for (float value : values) {
            all.putFloat(value);
        }
        ObjectNode tensor = header.putObject(name).put("dtype", "F32");
        tensor.set("shape", JSON.valueToTree(shape));
        tensor.set("data_offsets", JSON.valueToTree(List.of(data.length, all.capacity())));
        data = all.array();
        return this;
    }

    /** Writes the folder; without tensors there is no weights file. */
    public Path writeTo(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.write(folder.resolve("config.json"), JSON.writeValueAsBytes(config));
            if (!header.isEmpty()) {
                write(folder.resolve(WEIGHTS), header, data);
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies a checkpoint folder, so that the copy can be broken. */
    public static Path copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
            return to;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Breaks a safetensors file. */
    public static void corrupt(Path file, Fault fault) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            switch (fault) {
                case EMPTY -> Files.write(file, new byte[0]);
                case CUT_IN_HALF -> Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
                case TOO_LONG -> Files.write(file, Arrays.copyOf(bytes, bytes.length + 1));
                case HEADER_LENGTH_HUGE ->
                    Files.write(file, ByteBuffer.wrap(bytes).putLong(0, -1).array());
                case HEADER_NOT_JSON ->
                    Files.write(
                            file,
                            ByteBuffer.wrap(bytes)
                                    .put(Long.BYTES + 1, (byte) '?')
                                    .array());
                case TENSOR_MISPLACED, TENSOR_BEYOND_END, DTYPE_UNKNOWN, SHAPE_IMPOSSIBLE -> {
                    ObjectNode header = header(bytes);
                    corrupt(last(header), fault);
                    write(file, header, data(bytes));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void corrupt(ObjectNode tensor, Fault fault) {
        long begin = tensor.path("data_offsets").path(0).longValue();
        long end = tensor.path("data_offsets").path(1).longValue();
        switch (fault) {
            case TENSOR_MISPLACED -> {
                long shift = begin == 0 ? 1 : -1;
                tensor.set("data_offsets", JSON.valueToTree(List.of(begin + shift, end + shift)));
            }
            case TENSOR_BEYOND_END ->
                tensor.set("data_offsets", JSON.valueToTree(List.of(begin + (1L << 40), end + (1L << 40))));
            case DTYPE_UNKNOWN -> tensor.put("dtype", "F31");
            default -> tensor.set("shape", JSON.valueToTree(List.of(Long.MAX_VALUE, Long.MAX_VALUE)));
        }
    }

    /** Sets every floating-point number of a safetensors file to NaN; shapes and names stay. */
    public static void fillWithNaN(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            byte[] data = data(bytes);
            for (JsonNode tensor : header(bytes)) {
                if (tensor.path("dtype").asText().matches("B?F\\d+")) {
                    JsonNode offsets = tensor.path("data_offsets");
                    Arrays.fill(
                            data, offsets.path(0).intValue(), offsets.path(1).intValue(), (byte) -1);
                }
            }
            write(file, header(bytes), data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode last(ObjectNode header) {
        ObjectNode last = JSON.createObjectNode();
        for (JsonNode tensor : header) {
            if (tensor.has("data_offsets") && end(tensor) >= end(last)) {
                last = (ObjectNode) tensor;
            }
        }
        return last;
    }

    private static long end(JsonNode tensor) {
        return tensor.path("data_offsets").path(1).longValue();
    }

    private static ObjectNode header(byte[] file) throws IOException {
        return (ObjectNode) JSON.readTree(file, Long.BYTES, headerLength(file));
    }

    private static byte[] data(byte[] file) {
        return Arrays.copyOfRange(file, Long.BYTES + headerLength(file), file.length);
    }

    private static int headerLength(byte[] file) {
        return Math.toIntExact(
                ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong());
    }

    private static void write(Path file, ObjectNode header, byte[] data) throws IOException {
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes =
                ByteBuffer.allocate(Long.BYTES + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(file, bytes.putLong(json.length).put(json).put(data).array());
    }
}
