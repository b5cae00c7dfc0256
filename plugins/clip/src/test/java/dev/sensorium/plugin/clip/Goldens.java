package dev.sensorium.plugin.clip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.DualEncoder;
import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Text;
import dev.sensorium.testkit.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;

/** The golden checkpoints: folders as strangers bring them, with what transformers makes of them. */
final class Goldens {

    static final Path FOLDER = Path.of("src/test/resources/goldens");

    static final Path DEMO = Path.of("models/clip-shapes/1");

    /** A folder that {@code training/full_size.py} wrote, to be tested as well if this system property names it. */
    private static final String FULL_SIZE = "sensorium.clip.full";

    /** e^2.6592, by which the golden checkpoints multiply a cosine. */
    private static final float SCALE = 14.285f;

    private Goldens() {}

    static Stream<Path> clip() {
        Stream<Path> small = Stream.of("clip-eos-pooling", "clip-legacy-pooling", "clip-fp16", "clip-bf16")
                .map(FOLDER::resolve);
        return Stream.concat(
                small, Stream.ofNullable(System.getProperty(FULL_SIZE)).map(Path::of));
    }

    static Path siglip() {
        return FOLDER.resolve("siglip");
    }

    static ModelSpec spec(Path folder) {
        return ModelSpec.of(new ModelId(folder.getFileName().toString(), "1"), folder);
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

    /** Returns the golden token ids, padded to the context. */
    static List<int[]> ids(Golden golden) {
        int[] values = Arrays.stream(golden.integers("input_ids"))
                .mapToInt(Math::toIntExact)
                .toArray();
        int context = golden.shape("input_ids").get(1).intValue();
        return IntStream.range(0, values.length / context)
                .mapToObj(i -> Arrays.copyOfRange(values, i * context, (i + 1) * context))
                .toList();
    }

    /** Asserts that picture files and texts give the reference's embeddings and what follows from them. */
    static void assertClose(DualEncoder model, Golden golden, double tolerance) {
        List<float[]> images =
                golden.pictures().stream().map(picture -> embed(model, picture)).toList();
        golden.assertClose("image_embeds", images, tolerance);
        int texts = golden.texts().size();
        float[] textEmbeddings = golden.floats("text_embeds");
        float[] logits = golden.floats("logits_per_image");
        for (int n = 0; n < texts; n++) {
            Text text = golden.texts().get(n);
            if (text.value().isBlank()) {
                continue; // the reference has an answer for it, a service has none
            }
            float[] embedding = embed(model, text);
            int width = embedding.length;
            assertThat(embedding)
                    .as("text_embeds[%d]", n)
                    .containsExactly(
                            Arrays.copyOfRange(textEmbeddings, n * width, (n + 1) * width),
                            Offset.offset((float) tolerance));
            float[][] scores = model.score(images, List.of(embedding));
            for (int m = 0; m < images.size(); m++) {
                assertThat(scores[m][0] / SCALE)
                        .as("logits_per_image[%d, %d]", m, n)
                        .isCloseTo(logits[m * texts + n] / SCALE, Offset.offset((float) tolerance));
            }
        }
    }

    /** Asserts that states (B, D) are those at one position of each example in the reference's states (B, T, D). */
    static void assertClose(Golden golden, String name, List<float[]> states, int[] positions, double tolerance) {
        float[] expected = golden.floats(name);
        int length = golden.shape(name).get(1).intValue();
        int width = golden.shape(name).get(2).intValue();
        assertThat(states).as(name).hasSize(positions.length).hasSize(expected.length / length / width);
        for (int i = 0; i < positions.length; i++) {
            int begin = (i * length + positions[i]) * width;
            assertThat(states.get(i))
                    .as("%s[%d, %d]", name, i, positions[i])
                    .containsExactly(
                            Arrays.copyOfRange(expected, begin, begin + width), Offset.offset((float) tolerance));
        }
    }

    private static float[] embed(DualEncoder model, Content content) {
        return model.embed(List.of(model.prepare(content, new PrepareOptions(true, false))))
                .get(0);
    }
}
