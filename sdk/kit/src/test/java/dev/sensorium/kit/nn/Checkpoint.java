package dev.sensorium.kit.nn;

import dev.sensorium.kit.checkpoint.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A checkpoint for tests, of float32 tensors with random values unless said otherwise. */
final class Checkpoint {

    private final Random random = new Random(7);
    private final List<String> entries = new ArrayList<>();
    private final List<byte[]> values = new ArrayList<>();
    private int position;

    /** Adds a tensor of normally distributed values. */
    Checkpoint add(String name, int... shape) {
        float[] data = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) random.nextGaussian() / 2;
        }
        return add(name, data, shape);
    }

    /** Adds a tensor of these values. */
    Checkpoint add(String name, float[] data, int... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(data.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(data);
        return add(name, DType.F32, bytes.array(), shape);
    }

    /** Adds a tensor of these little-endian numbers. */
    Checkpoint add(String name, DType dtype, byte[] data, int... shape) {
        int end = position + data.length;
        entries.add("\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                .formatted(name, dtype, Arrays.toString(shape), position, end));
        values.add(data);
        position = end;
        return this;
    }

    /** Adds a linear layer. */
    Checkpoint linear(String name, int out, int in) {
        return add(name + ".weight", out, in).add(name + ".bias", out);
    }

    /** Writes the checkpoint into this folder. */
    Path write(Path folder) {
        byte[] header = ("{" + String.join(",", entries) + "}").getBytes(StandardCharsets.UTF_8);
        ByteBuffer file =
                ByteBuffer.allocate(Long.BYTES + header.length + position).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(header.length).put(header);
        values.forEach(file::put);
        try {
            Files.write(folder.resolve("model.safetensors"), file.array());
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
