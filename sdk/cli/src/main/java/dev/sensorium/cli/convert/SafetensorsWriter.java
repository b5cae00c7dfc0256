package dev.sensorium.cli.convert;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** A safetensors file in the making: what is to be in it is collected, then written tensor by tensor. */
final class SafetensorsWriter {

    private static final int ALIGNMENT = 8;

    private final Map<String, Part> parts = new TreeMap<>();

    /** A tensor, and the file that it is in. */
    private record Part(TorchFile file, TorchTensor tensor) {}

    /** Adds all tensors of a file, with something before their names. */
    void add(String prefix, TorchFile file) {
        file.tensors().forEach((name, tensor) -> parts.put(prefix + name, new Part(file, tensor)));
    }

    /** Writes the file; it appears whole or not at all. */
    void write(Path path) throws IOException {
        Path unfinished = path.resolveSibling(path.getFileName() + ".part");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(unfinished), 1 << 16)) {
                byte[] header = header();
                out.write(ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(header.length)
                        .array());
                out.write(header);
                for (Part part : parts.values()) {
                    part.file().copy(part.tensor(), out);
                }
            }
            Files.move(unfinished, path);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private byte[] header() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
            json.writeStartObject();
            long begin = 0;
            for (Map.Entry<String, Part> entry : parts.entrySet()) {
                TorchTensor tensor = entry.getValue().tensor();
                json.writeObjectFieldStart(entry.getKey());
                json.writeStringField("dtype", tensor.storage().type().name());
                json.writeArrayFieldStart("shape");
                for (long size : tensor.shape()) {
                    json.writeNumber(size);
                }
                json.writeEndArray();
                json.writeArrayFieldStart("data_offsets");
                json.writeNumber(begin);
                begin += tensor.bytes();
                json.writeNumber(begin);
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        while (bytes.size() % ALIGNMENT != 0) {
            bytes.write(' ');
        }
        return bytes.toByteArray();
    }
}
