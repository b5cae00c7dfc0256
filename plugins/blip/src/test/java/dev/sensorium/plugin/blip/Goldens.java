package dev.sensorium.plugin.blip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.kit.checkpoint.HubConfig;
import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.testkit.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.tensorflow.Tensor;

/** The golden checkpoints: folders as strangers bring them, with what transformers makes of them. */
final class Goldens {

    static final Path FOLDER = Path.of("src/test/resources/goldens");

    /** A folder that {@code training/full_size.py} wrote, to be tested as well if this system property names it. */
    private static final String FULL_SIZE = "sensorium.blip.full";

    private Goldens() {}

    static Stream<Path> retrieval() {
        return with(fullSize(RetrievalModel.ARCHITECTURE), "blip-itm", "blip-itm-fp16");
    }

    static Stream<Path> captions() {
        return with(fullSize(WritingModel.Kind.CAPTIONS.name()), "blip-caption", "blip-caption-fp16");
    }

    static Stream<Path> answers() {
        return with(Stream.empty(), "blip-vqa", "blip-vqa-bf16");
    }

    private static Stream<Path> with(Stream<Path> others, String... names) {
        return Stream.concat(Stream.of(names).map(FOLDER::resolve), others);
    }

    private static Stream<Path> fullSize(String architecture) {
        return Stream.ofNullable(System.getProperty(FULL_SIZE)).map(Path::of).filter(folder -> HubConfig.read(
                        folder, "config.json")
                .strings("architectures")
                .required()
                .contains(architecture));
    }

    static ModelSpec spec(Path folder) {
        return ModelSpec.of(new ModelId(folder.getFileName().toString(), "1"), folder);
    }

    /** Returns the spec with a setting. */
    static ModelSpec spec(Path folder, String setting, String value) {
        ModelSpec spec = spec(folder);
        return new ModelSpec(spec.id(), folder, spec.device(), spec.limits(), Map.of(setting, value));
    }

    /** Returns the golden pictures as the towers take them: each (S, S, 3), where PyTorch has (3, S, S). */
    static List<float[]> pictures(Golden golden) {
        float[] values = golden.floats("pixel_values");
        int count = golden.shape("pixel_values").get(0).intValue();
        int area = values.length / count / 3;
        List<float[]> pictures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] picture = new float[3 * area];
            for (int c = 0; c < 3; c++) {
                for (int p = 0; p < area; p++) {
                    picture[p * 3 + c] = values[(i * 3 + c) * area + p];
                }
            }
            pictures.add(picture);
        }
        return pictures;
    }

    /** Returns the golden token ids of a name, padded to the longest. */
    static List<int[]> ids(Golden golden, String name) {
        int[] values =
                Arrays.stream(golden.integers(name)).mapToInt(Math::toIntExact).toArray();
        int length = golden.shape(name).get(1).intValue();
        return IntStream.range(0, values.length / length)
                .mapToObj(i -> Arrays.copyOfRange(values, i * length, (i + 1) * length))
                .toList();
    }

    /** Returns how many of the golden ids of each text count, by the mask of this name. */
    static int[] lengths(Golden golden, String mask) {
        return ids(golden, mask).stream()
                .mapToInt(row -> Arrays.stream(row).sum())
                .toArray();
    }

    /** Asserts that states (B, T, D) are the reference's within 1e-4, those of padding left out. */
    static void assertCounted(Golden golden, String name, float[] states, int[] counts) {
        float[] expected = golden.floats(name);
        assertThat(states).as(name).hasSize(expected.length);
        int length = golden.shape(name).get(1).intValue();
        int width = states.length / counts.length / length;
        for (int i = 0; i < states.length; i++) {
            if (i / width % length < counts[i / width / length]) {
                assertThat(states[i]).as("%s, element %d", name, i).isCloseTo(expected[i], Offset.offset(1e-4f));
            }
        }
    }

    /** Returns the natural logarithms of the probabilities of a golden text's tokens after the first, by golden logits. */
    static float[] logProbabilities(Golden golden, int row) {
        int[] ids = ids(golden, "decoder_input_ids").get(row);
        int count = lengths(golden, "decoder_attention_mask")[row];
        int vocabulary = golden.shape("decoder_logits").get(2).intValue();
        float[] logits = golden.floats("decoder_logits");
        float[] expected = new float[count - 1];
        for (int t = 0; t < expected.length; t++) {
            int from = (row * ids.length + t) * vocabulary;
            double sum = 0;
            for (int v = 0; v < vocabulary; v++) {
                sum += Math.exp(logits[from + v]);
            }
            expected[t] = (float) (logits[from + ids[t + 1]] - Math.log(sum));
        }
        return expected;
    }

    static float[] values(Tensor tensor) {
        float[] values = new float[Math.toIntExact(tensor.shape().size())];
        tensor.asRawTensor().data().asFloats().read(values);
        return values;
    }
}
