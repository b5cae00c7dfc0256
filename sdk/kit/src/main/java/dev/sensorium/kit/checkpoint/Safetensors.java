package dev.sensorium.kit.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A safetensors file: eight bytes of header length, a JSON header, and the tensors' bytes without gaps.
 *
 * <p>Opening checks the whole header against the file's size; a tensor is mapped when it is asked for. A tensor is at
 * most 2 GiB, the bound of a Java buffer. A mapping outlives {@link #close} and goes with its buffer.
 */
public final class Safetensors implements AutoCloseable {

    private static final int MAX_HEADER_BYTES = 100_000_000;
    private static final String METADATA = "__metadata__";

    private final String file;
    private final FileChannel channel;
    private final Map<String, Entry> entries;
    private final long dataStart;

    /** A tensor's line of the header; begin and end count from the first byte after the header. */
    private record Entry(String name, DType dtype, List<Long> shape, long begin, long end) {

        long bytes() {
            return end - begin;
        }
    }

    private Safetensors(String file, FileChannel channel, Map<String, Entry> entries, long dataStart) {
        this.file = file;
        this.channel = channel;
        this.entries = entries;
        this.dataStart = dataStart;
    }

    /**
     * Opens a file and checks its header.
     *
     * @throws ModelException INVALID_CHECKPOINT if it is missing or anything in it is not as the format says
     */
    public static Safetensors open(Path path) {
        String file = Json.fileName(path);
        if (!Files.isRegularFile(path)) {
            throw Json.invalid(file + (Files.exists(path) ? " is not a file" : " is missing"));
        }
        FileChannel channel = null;
        boolean opened = false;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ);
            Safetensors result = read(file, channel);
            opened = true;
            return result;
        } catch (IOException e) {
            throw new ModelException(Reason.INVALID_CHECKPOINT, file + " cannot be read", e);
        } finally {
            if (!opened) {
                closeQuietly(channel);
            }
        }
    }

    /** Returns the file's name, without its folder. */
    public String file() {
        return file;
    }

    /** Returns the names of all tensors, in alphabetical order. */
    public Set<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    /** Tells whether there is a tensor of this name. */
    public boolean contains(String name) {
        return entries.containsKey(name);
    }

    /** Returns the number of elements of all tensors. */
    public long parameters() {
        return entries.values().stream()
                .mapToLong(entry -> entry.bytes() / entry.dtype().bytes())
                .sum();
    }

    /** Returns the number of bytes of all tensors. */
    public long bytes() {
        return entries.values().stream().mapToLong(Entry::bytes).sum();
    }

    /**
     * Maps a tensor.
     *
     * @throws ModelException INVALID_CHECKPOINT if there is none of this name
     * @throws IllegalStateException if this file is closed
     */
    public StoredTensor tensor(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw Json.invalid(
                    "tensor %s is missing (%s holds %d tensors)".formatted(Json.quote(name), file, entries.size()));
        }
        if (!channel.isOpen()) {
            throw new IllegalStateException(file + " is closed");
        }
        try {
            ByteBuffer data = channel.map(FileChannel.MapMode.READ_ONLY, dataStart + entry.begin(), entry.bytes());
            long[] shape = entry.shape().stream().mapToLong(Long::longValue).toArray();
            return new StoredTensor(name, entry.dtype(), shape, data);
        } catch (IOException e) {
            throw new ModelException(Reason.INTERNAL, "%s: tensor %s cannot be mapped".formatted(file, name), e);
        }
    }

    /** Closes the file. Tensors that were mapped stay readable. */
    @Override
    public void close() {
        closeQuietly(channel);
    }

    private static Safetensors read(String file, FileChannel channel) throws IOException {
        long size = channel.size();
        long length = headerLength(file, channel, size);
        ByteBuffer header = ByteBuffer.allocate(Math.toIntExact(length));
        readFully(channel, header, Long.BYTES);
        if (header.get(0) != '{') {
            throw Json.invalid(file + ": header does not begin with '{'");
        }
        long dataStart = Long.BYTES + length;
        Map<String, Entry> entries = entries(file, Json.readHeader(file, header));
        checkLayout(file, entries.values(), size - dataStart);
        return new Safetensors(file, channel, entries, dataStart);
    }

    private static long headerLength(String file, FileChannel channel, long size) throws IOException {
        if (size < Long.BYTES) {
            throw Json.invalid("%s: %d bytes (expected: >= 8)".formatted(file, size));
        }
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        readFully(channel, bytes, 0);
        long length = bytes.getLong(0);
        if (length < 2 || length > MAX_HEADER_BYTES) {
            throw Json.invalid("%s: header of %s bytes (expected: 2 to %d)"
                    .formatted(file, Long.toUnsignedString(length), MAX_HEADER_BYTES));
        }
        if (length > size - Long.BYTES) {
            throw Json.invalid("%s: header of %d bytes in a file of %d (expected: <= %d)"
                    .formatted(file, length, size, size - Long.BYTES));
        }
        return length;
    }

    private static void readFully(FileChannel channel, ByteBuffer into, long position) throws IOException {
        while (into.hasRemaining()) {
            int count = channel.read(into, position + into.position());
            if (count < 0) {
                throw new IOException("the file became shorter");
            }
        }
        into.flip();
    }

    private static Map<String, Entry> entries(String file, ObjectNode header) {
        Map<String, Entry> entries = new TreeMap<>();
        for (Map.Entry<String, JsonNode> property : header.properties()) {
            if (property.getKey().equals(METADATA)) {
                checkMetadata(file, property.getValue());
            } else {
                entries.put(property.getKey(), entry(file, property.getKey(), property.getValue()));
            }
        }
        return entries;
    }

    private static void checkMetadata(String file, JsonNode metadata) {
        if (!metadata.isObject() || !metadata.valueStream().allMatch(JsonNode::isTextual)) {
            throw Json.invalid(file + ": __metadata__ (expected: an object of strings)");
        }
    }

    private static Entry entry(String file, String name, JsonNode node) {
        String tensor = "%s: tensor %s: ".formatted(file, Json.quote(name));
        DType dtype = dtype(tensor, node.path("dtype"));
        List<Long> shape = naturals(tensor + "shape", node.path("shape"));
        List<Long> offsets = naturals(tensor + "data_offsets", node.path("data_offsets"));
        if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
            throw Json.invalid(tensor + "data_offsets " + offsets + " (expected: [begin, end])");
        }
        Entry entry = new Entry(name, dtype, shape, offsets.get(0), offsets.get(1));
        long expected = bytes(tensor, dtype, shape);
        if (entry.bytes() != expected) {
            throw Json.invalid(
                    "%s%d bytes for %s %s (expected: %d)".formatted(tensor, entry.bytes(), dtype, shape, expected));
        }
        if (entry.bytes() > Integer.MAX_VALUE) {
            throw Json.invalid("%s%d bytes (expected: <= %d)".formatted(tensor, entry.bytes(), Integer.MAX_VALUE));
        }
        return entry;
    }

    private static DType dtype(String tensor, JsonNode node) {
        return Arrays.stream(DType.values())
                .filter(dtype -> node.isTextual() && dtype.name().equals(node.textValue()))
                .findFirst()
                .orElseThrow(() -> Json.invalid(
                        "%sdtype %s (expected: one of %s)".formatted(tensor, shown(node), List.of(DType.values()))));
    }

    private static List<Long> naturals(String what, JsonNode node) {
        if (!node.isArray() || !node.valueStream().allMatch(Safetensors::isNatural)) {
            throw Json.invalid("%s %s (expected: a list of integers >= 0)".formatted(what, shown(node)));
        }
        return node.valueStream().map(JsonNode::longValue).toList();
    }

    private static boolean isNatural(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToLong() && node.longValue() >= 0;
    }

    private static String shown(JsonNode node) {
        return node.isMissingNode() ? "is missing" : Json.shorten(node.toString());
    }

    private static long bytes(String tensor, DType dtype, List<Long> shape) {
        try {
            return shape.stream().reduce((long) dtype.bytes(), Math::multiplyExact);
        } catch (ArithmeticException e) {
            throw new ModelException(
                    Reason.INVALID_CHECKPOINT, "%sshape %s (expected: < 2^63 bytes)".formatted(tensor, shape), e);
        }
    }

    /** Checks that the tensors' bytes follow one another without gap or overlap and fill the file. */
    private static void checkLayout(String file, Collection<Entry> entries, long dataBytes) {
        List<Entry> inOrder = entries.stream()
                .sorted(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end))
                .toList();
        long position = 0;
        for (Entry entry : inOrder) {
            if (entry.begin() != position) {
                throw Json.invalid("%s: tensor %s begins at %d, %s (expected: %d)"
                        .formatted(
                                file,
                                Json.quote(entry.name()),
                                entry.begin(),
                                entry.begin() < position ? "inside another tensor" : "after a gap",
                                position));
            }
            position = entry.end();
            if (position > dataBytes) {
                throw Json.invalid("%s: tensor %s ends at %d (expected: <= %d, the end of the file)"
                        .formatted(file, Json.quote(entry.name()), position, dataBytes));
            }
        }
        if (position != dataBytes) {
            throw Json.invalid(
                    "%s: %d bytes of tensors (expected: %d, by the header)".formatted(file, dataBytes, position));
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        if (channel == null) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing was written, so nothing is lost.
        }
    }
}
