package dev.sensorium.cli.convert;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A checkpoint as it is to be written.
 *
 * @param tensors what goes into model.safetensors
 * @param json the files of JSON, by name
 * @param copies the files that are taken over as they are, by their new names
 * @param sources what is to be closed when all is written
 */
record Conversion(
        SortedMap<String, Tensor> tensors,
        Map<String, Map<String, Object>> json,
        Map<String, Path> copies,
        List<? extends Closeable> sources) {

    /** Returns the first of these files that is in one of the folders. */
    static Optional<Path> find(List<Path> folders, String... names) {
        return folders.stream()
                .flatMap(folder -> List.of(names).stream().map(folder::resolve))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /** Returns the first of these files that is in one of the folders. */
    static Path need(List<Path> folders, String... names) throws IOException {
        return find(folders, names)
                .orElseThrow(() -> new ConversionException(
                        "%s: missing (expected: in %s)".formatted(String.join(" or ", names), folders.get(0))));
    }

    /** Returns the size of a tensor along a dimension. */
    static int size(SortedMap<String, Tensor> tensors, String name, int dimension) throws ConversionException {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new ConversionException("tensor %s is missing (%d others are there)".formatted(name, tensors.size()));
        }
        if (tensor.shape().size() <= dimension) {
            throw new ConversionException("tensor %s: shape %s (expected: more than %d dimensions)"
                    .formatted(name, tensor.shape(), dimension));
        }
        return tensor.size(dimension);
    }
}
