package dev.sensorium.cli.convert;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/** Writes checkpoints of other formats as folders that the server takes; each is there whole or not at all. */
public final class Converter {

    /**
     * What is to be converted.
     *
     * @param source the folder that holds it, or a file of PyTorch's
     * @param vqgan the folder of dalle-mini's VQGAN
     * @param mini whether the smaller of two models in one folder is meant
     */
    public record Request(Path source, Optional<Path> vqgan, boolean mini) {}

    /**
     * What was written.
     *
     * @param tensors how many
     * @param bytes of their numbers
     */
    public record Result(int tensors, long bytes) {}

    private Converter() {}

    /**
     * Converts a checkpoint.
     *
     * @param target the folder to write, which is not there yet
     * @param progress is told how many tensors there are, and returns what is run after each
     * @throws IOException if it cannot be read or written, or is none that this converter knows; the message says why
     */
    public static Result convert(Request request, Path target, IntFunction<Runnable> progress) throws IOException {
        if (Files.exists(target)) {
            throw new ConversionException(target + ": is there already (expected: a new folder)");
        }
        Conversion conversion = read(request);
        Path folder =
                Files.createDirectories(target.toAbsolutePath().normalize().getParent());
        Path partial = Files.createTempDirectory(folder, ".converting-");
        try {
            write(conversion, partial, progress.apply(conversion.tensors().size()));
            Files.move(partial, target);
        } finally {
            delete(partial);
            for (Closeable file : conversion.sources()) {
                file.close();
            }
        }
        long bytes =
                conversion.tensors().values().stream().mapToLong(Tensor::bytes).sum();
        return new Result(conversion.tensors().size(), bytes);
    }

    private static Conversion read(Request request) throws IOException {
        Path source = request.source();
        if (Files.isRegularFile(source)) {
            TorchFile file = TorchFile.open(source);
            try {
                return new Conversion(file.tensors(), Map.of(), Map.of(), List.of(file));
            } catch (IOException e) {
                file.close();
                throw e;
            }
        }
        // min-dalle itself keeps a model's files and its VQGAN's in folders beside each other.
        List<Path> folders =
                request.vqgan().map(vqgan -> List.of(source, vqgan)).orElseGet(() -> List.of(source));
        if (MinDalle.isIn(folders)) {
            return MinDalle.read(folders, request.mini());
        }
        if (DalleMini.isIn(List.of(source))) {
            return DalleMini.read(List.of(source), request.vqgan());
        }
        throw new ConversionException(source
                + ": nothing to convert (expected: encoder.pt, decoder.pt and detoker.pt, or flax_model.msgpack)");
    }

    private static void write(Conversion conversion, Path folder, Runnable written) throws IOException {
        SafetensorsFile.write(folder.resolve("model.safetensors"), conversion.tensors(), written);
        for (Map.Entry<String, Map<String, Object>> file : conversion.json().entrySet()) {
            try (JsonGenerator json = new JsonFactory()
                    .createGenerator(Files.newBufferedWriter(folder.resolve(file.getKey())))
                    .useDefaultPrettyPrinter()) {
                writeObject(json, file.getValue());
            }
        }
        for (Map.Entry<String, Path> copy : conversion.copies().entrySet()) {
            Files.copy(copy.getValue(), folder.resolve(copy.getKey()));
        }
    }

    private static void writeObject(JsonGenerator json, Map<?, ?> values) throws IOException {
        json.writeStartObject();
        for (Map.Entry<?, ?> entry : values.entrySet()) {
            json.writeFieldName(String.valueOf(entry.getKey()));
            if (entry.getValue() instanceof Map<?, ?> inner) {
                writeObject(json, inner);
            } else if (entry.getValue() instanceof List<?> list) {
                json.writeStartArray();
                for (Object item : list) {
                    json.writeObject(item);
                }
                json.writeEndArray();
            } else {
                json.writeObject(entry.getValue());
            }
        }
        json.writeEndObject();
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
