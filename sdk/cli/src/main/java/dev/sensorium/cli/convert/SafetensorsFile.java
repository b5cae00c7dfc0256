package dev.sensorium.cli.convert;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.SortedMap;

/** Writes safetensors files, tensor by tensor. */
final class SafetensorsFile {

    /** Where numbers begin, a multiple of this, they can be used as they lie. */
    private static final int ALIGNMENT = 64;

    private SafetensorsFile() {}

    /**
     * Writes a new file.
     *
     * @param written is run after each tensor
     */
    static void write(Path file, SortedMap<String, Tensor> tensors, Runnable written) throws IOException {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            byte[] header = header(tensors);
            int padded = (Long.BYTES + header.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            ByteBuffer begin = ByteBuffer.allocate(padded).order(ByteOrder.LITTLE_ENDIAN);
            begin.putLong(padded - Long.BYTES).put(header);
            while (begin.hasRemaining()) {
                begin.put((byte) ' ');
            }
            writeAll(out, begin.flip());
            for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
                ByteBuffer numbers = tensor.getValue().source().read();
                if (numbers.remaining() != tensor.getValue().bytes()) {
                    throw new ConversionException("%s: %d bytes (expected: %d)"
                            .formatted(
                                    tensor.getKey(),
                                    numbers.remaining(),
                                    tensor.getValue().bytes()));
                }
                writeAll(out, numbers);
                written.run();
            }
        }
    }

    private static byte[] header(SortedMap<String, Tensor> tensors) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
            json.writeStartObject();
            json.writeObjectFieldStart("__metadata__");
            json.writeStringField("format", "pt");
            json.writeEndObject();
            long begin = 0;
            for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
                Tensor tensor = entry.getValue();
                json.writeObjectFieldStart(entry.getKey());
                json.writeStringField("dtype", tensor.type().name());
                json.writeFieldName("shape");
                json.writeArray(
                        tensor.shape().stream().mapToInt(i -> i).toArray(),
                        0,
                        tensor.shape().size());
                json.writeFieldName("data_offsets");
                json.writeArray(new long[] {begin, begin + tensor.bytes()}, 0, 2);
                json.writeEndObject();
                begin += tensor.bytes();
            }
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private static void writeAll(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }
}
