package dev.sensorium.kit.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes checkpoint files byte by byte, right and wrong ones. */
final class CheckpointFiles {

    /** Two tensors, six floats and two bytes. */
    static final String HEADER =
            """
            {"__metadata__":{"format":"pt"},\
            "a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},\
            "b":{"dtype":"U8","shape":[2],"data_offsets":[24,26]}}""";

    private CheckpointFiles() {}

    /** Returns the bytes of the tensors of {@link #HEADER}: 1.0 to 6.0, then 7 and 200. */
    static byte[] data() {
        ByteBuffer data = ByteBuffer.allocate(26).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 1; i <= 6; i++) {
            data.putFloat(i);
        }
        return data.put((byte) 7).put((byte) 200).array();
    }

    static byte[] file(String header, byte[] data) {
        byte[] bytes = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + bytes.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(bytes.length)
                .put(bytes)
                .put(data)
                .array();
    }

    static Path write(Path path, byte[] content) {
        try {
            return Files.write(path, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path write(Path path, String content) {
        return write(path, content.getBytes(StandardCharsets.UTF_8));
    }
}
