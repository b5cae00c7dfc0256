package dev.sensorium.cli.convert;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.msgpack.core.ExtensionTypeHeader;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.ValueType;

/** Parameters as {@code flax.serialization.to_bytes} writes them: MessagePack's maps in maps, and arrays as an extension. */
final class FlaxFile implements Closeable {

    /** Flax's extension for arrays: the shape, NumPy's name of the type, and the numbers. */
    private static final byte ARRAY = 1;

    private static final int MOST_NESTED = 32;
    private static final Map<String, DType> TYPES = Map.of(
            "float16", DType.F16,
            "bfloat16", DType.BF16,
            "float32", DType.F32,
            "float64", DType.F64,
            "int32", DType.I32,
            "int64", DType.I64);

    private final String name;
    private final FileChannel file;

    private FlaxFile(String name, FileChannel file) {
        this.name = name;
        this.file = file;
    }

    static FlaxFile open(Path path) throws IOException {
        return new FlaxFile(String.valueOf(path.getFileName()), FileChannel.open(path, StandardOpenOption.READ));
    }

    /** Returns the arrays by their names in all maps, joined by dots; their numbers can be read until this is closed. */
    SortedMap<String, Tensor> tensors() throws IOException {
        SortedMap<String, Tensor> tensors = new TreeMap<>();
        // Not to be closed, as that would close the file.
        @SuppressWarnings("resource")
        MessageUnpacker in = MessagePack.newDefaultUnpacker(file.position(0));
        try {
            read(in, "", tensors, 0);
        } catch (ConversionException e) {
            throw new ConversionException(name + ": " + e.getMessage());
        } catch (MessagePackException | ArithmeticException e) {
            throw new ConversionException(
                    name + ": ends too early, or is not MessagePack (expected: flax's parameters)");
        }
        return tensors;
    }

    private void read(MessageUnpacker in, String path, SortedMap<String, Tensor> tensors, int depth)
            throws IOException {
        ValueType type = in.getNextFormat().getValueType();
        if (type == ValueType.EXTENSION) {
            tensors.put(path, array(in, path));
            return;
        }
        if (type != ValueType.MAP || depth > MOST_NESTED) {
            throw new ConversionException("\"%s\": %s (expected: arrays by name)".formatted(path, type));
        }
        int entries = in.unpackMapHeader();
        for (int i = 0; i < entries; i++) {
            String key = in.unpackString();
            read(in, path.isEmpty() ? key : path + "." + key, tensors, depth + 1);
        }
    }

    private Tensor array(MessageUnpacker in, String path) throws IOException {
        ExtensionTypeHeader header = in.unpackExtensionTypeHeader();
        if (header.getType() != ARRAY || in.unpackArrayHeader() != 3) {
            throw new ConversionException(
                    "\"%s\": extension %d (expected: an array, 1)".formatted(path, header.getType()));
        }
        List<Integer> shape = new ArrayList<>();
        int dimensions = in.unpackArrayHeader();
        for (int i = 0; i < dimensions; i++) {
            shape.add(in.unpackInt());
        }
        String numpy = in.unpackString();
        DType type = TYPES.get(numpy);
        if (type == null) {
            throw new ConversionException("\"%s\": of type %s (expected: one of %s)"
                    .formatted(path, numpy, TYPES.keySet().stream().sorted().toList()));
        }
        int bytes = in.unpackBinaryHeader();
        long begin = in.getTotalReadBytes();
        Tensor tensor = new Tensor(type, shape, () -> file.map(FileChannel.MapMode.READ_ONLY, begin, bytes));
        if (tensor.bytes() != bytes) {
            throw new ConversionException(
                    "\"%s\": %d bytes (expected: %d for shape %s)".formatted(path, bytes, tensor.bytes(), shape));
        }
        skip(in, bytes);
        return tensor;
    }

    private static void skip(MessageUnpacker in, int bytes) throws IOException {
        ByteBuffer skipped = ByteBuffer.allocate(1 << 16);
        for (int left = bytes; left > 0; left -= skipped.capacity()) {
            in.readPayload(skipped.clear().limit(Math.min(left, skipped.capacity())));
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
