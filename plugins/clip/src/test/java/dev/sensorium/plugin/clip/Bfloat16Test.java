package dev.sensorium.plugin.clip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.kit.nn.CosineScores;
import dev.sensorium.kit.nn.NetworkOptions;
import dev.sensorium.kit.nn.Precision;
import dev.sensorium.spi.Content;
import dev.sensorium.spi.Device;
import dev.sensorium.spi.DualEncoder;
import dev.sensorium.spi.MediaLimits;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Text;
import dev.sensorium.testkit.Golden;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the setting "dtype" to "bfloat16" keeps of the reference's numbers. */
class Bfloat16Test {

    private static final double COSINE = 0.9998;

    static Stream<Path> goldens() {
        return Stream.concat(Goldens.clip(), Stream.of(Goldens.siglip()));
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void embeddingsPointWhereTheReferencesDo(Path folder) {
        Golden golden = new Golden(folder);
        ModelProvider provider = folder.equals(Goldens.siglip()) ? new SiglipProvider() : new ClipProvider();
        try (Model model = provider.load(bfloat16(folder))) {
            assertClose((DualEncoder) model, golden.pictures(), golden.floats("image_embeds"));
            assertClose((DualEncoder) model, golden.texts(), golden.floats("text_embeds"));
        }
    }

    @Test
    void theCardSaysSo() {
        try (Model model = new ClipProvider().load(bfloat16(Goldens.DEMO))) {
            Precision computed = NetworkOptions.of(bfloat16(Goldens.DEMO)).precision(); // depends on the CPU
            assertThat(model.card().dtype()).isEqualTo(computed.settingName());
            assertThat(model.card().parity())
                    .endsWith(
                            computed == Precision.BFLOAT16
                                    ? "cosine of the two embeddings >= 0.9998"
                                    : "unit embeddings within 1e-4");
        }
    }

    private static ModelSpec bfloat16(Path folder) {
        ModelSpec spec = Goldens.spec(folder);
        return new ModelSpec(spec.id(), folder, Device.cpu(), MediaLimits.DEFAULT, Map.of("dtype", "bfloat16"));
    }

    private static void assertClose(DualEncoder model, List<? extends Content> contents, float[] expected) {
        int width = model.dimensions();
        for (int i = 0; i < contents.size(); i++) {
            if (contents.get(i) instanceof Text text && text.value().isBlank()) {
                continue;
            }
            float[] reference = Arrays.copyOfRange(expected, i * width, (i + 1) * width);
            var prepared = model.prepare(contents.get(i), new PrepareOptions(true, false));
            List<float[]> embedding = model.embed(List.of(prepared));
            float cosine = new CosineScores(1, 0).of(embedding, List.of(reference))[0][0];
            assertThat((double) cosine)
                    .as("cosine with the reference, %s", contents.get(i))
                    .isGreaterThan(COSINE);
        }
    }
}
