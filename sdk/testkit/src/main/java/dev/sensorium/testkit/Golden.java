package dev.sensorium.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.kit.checkpoint.DType;
import dev.sensorium.kit.checkpoint.HubConfig;
import dev.sensorium.kit.checkpoint.Safetensors;
import dev.sensorium.kit.checkpoint.StoredTensor;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What a reference implementation answered for a checkpoint: the folder's {@code golden.json} names the texts and
 * pictures that it was asked, {@code golden.safetensors} holds its numbers.
 *
 * <pre>{@code
 * Golden golden = new Golden(folder);
 * golden.assertClose("image_embeds", embeddings, 1e-4);
 * }</pre>
 */
public final class Golden {

    /** The name of the file that holds the numbers. */
    static final String FILE = "golden.safetensors";

    private final Path folder;

    public Golden(Path folder) {
        this.folder = folder;
    }

    /** Returns the texts that the reference was asked. */
    public List<Text> texts() {
        return HubConfig.read(folder, "golden.json").strings("texts").required().stream()
                .map(Text::new)
                .toList();
    }

    /** Returns the pictures that the reference was asked. */
    public List<Image> pictures() {
        return HubConfig.read(folder, "golden.json").strings("pictures").required().stream()
                .map(name -> picture(folder.resolve("pictures").resolve(name)))
                .toList();
    }

    private static Image picture(Path file) {
        try {
            return Image.of(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the reference's integers of this name, row-major. */
    public long[] integers(String name) {
        StoredTensor tensor = tensor(name, DType.I64);
        long[] values = new long[Math.toIntExact(tensor.elements())];
        tensor.data().asLongBuffer().get(values);
        return values;
    }

    /** Returns the reference's numbers of this name, row-major. */
    public float[] floats(String name) {
        StoredTensor tensor = tensor(name, DType.F32);
        float[] values = new float[Math.toIntExact(tensor.elements())];
        tensor.data().asFloatBuffer().get(values);
        return values;
    }

    /** Returns the shape of the reference's tensor of this name. */
    public List<Long> shape(String name) {
        try (Safetensors file = Safetensors.open(folder.resolve(FILE))) {
            return Arrays.stream(file.tensor(name).shape()).boxed().toList();
        }
    }

    /** Asserts that rows (M, N) are the reference's within a tolerance, and tells the worst element if not. */
    public void assertClose(String name, List<float[]> rows, double tolerance) {
        int columns = rows.isEmpty() ? 0 : rows.get(0).length;
        assertThat(List.of((long) rows.size(), (long) columns))
                .as("shape of %s", name)
                .isEqualTo(shape(name));
        float[] values = new float[rows.size() * columns];
        for (int m = 0; m < rows.size(); m++) {
            assertThat(rows.get(m)).as("%s[%d]", name, m).hasSize(columns);
            System.arraycopy(rows.get(m), 0, values, m * columns, columns);
        }
        assertClose(name, values, tolerance);
    }

    /** Asserts that values, row-major, are the reference's within a tolerance, and tells the worst element if not. */
    public void assertClose(String name, float[] values, double tolerance) {
        float[] expected = floats(name);
        assertThat(values).as("number of elements of %s", name).hasSize(expected.length);
        int worst = -1;
        double worstError = tolerance;
        int wrong = 0;
        for (int i = 0; i < values.length; i++) {
            double error = Math.abs((double) values[i] - expected[i]);
            wrong += error <= tolerance ? 0 : 1;
            if (!(error <= worstError)) {
                worst = i;
                worstError = Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
            }
        }
        if (wrong > 0) {
            throw new AssertionError("%s%s: %s (expected: %s within %s; %d of %d elements are off, this one most)"
                    .formatted(
                            name,
                            index(worst, shape(name)),
                            values[worst],
                            expected[worst],
                            tolerance,
                            wrong,
                            values.length));
        }
    }

    /** Returns where a row-major position lies in a shape, such as [2, 0, 5]. */
    private static List<Long> index(long position, List<Long> shape) {
        Long[] index = new Long[shape.size()];
        long rest = position;
        for (int i = index.length - 1; i >= 0; i--) {
            index[i] = rest % shape.get(i);
            rest /= shape.get(i);
        }
        return List.of(index);
    }

    private StoredTensor tensor(String name, DType dtype) {
        try (Safetensors file = Safetensors.open(folder.resolve(FILE))) {
            StoredTensor tensor = file.tensor(name);
            assertThat(tensor.dtype()).as("type of %s", name).isEqualTo(dtype);
            return tensor;
        }
    }
}
