package dev.sensorium.kit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sensorium.kit.checkpoint.Safetensors;
import dev.sensorium.kit.checkpoint.StoredTensor;
import dev.sensorium.kit.image.ImageProcessor.Size;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ImageProcessorTest {

    private final Path folder;

    ImageProcessorTest(@TempDir Path folder) {
        this.folder = folder;
    }

    static List<JsonNode> goldens() {
        return ImageGoldens.cases("processors");
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void equalsTransformersWithoutTolerance(JsonNode golden) {
        String config = golden.path("config").asText();
        Path goldenFolder = ImageGoldens.FOLDER.resolve(config.replace(ImageProcessor.FILE, ""));
        ImageProcessor processor = ImageProcessor.open(goldenFolder, defaults(config));
        Path expected = ImageGoldens.FOLDER.resolve(golden.path("expected").asText());
        try (Safetensors tensors = Safetensors.open(expected)) {
            for (JsonNode input : golden.path("inputs")) {
                Pixels picture = ImageGoldens.pixels(input.asText());
                String name = Path.of(input.asText()).getFileName().toString().replace(".png", "");
                StoredTensor tensor = tensors.tensor(name);
                Size size = processor.outputSize(picture.width(), picture.height());
                assertThat(tensor.shape()).containsExactly(3, size.height(), size.width());
                assertThat(processor.process(picture)).containsExactly(channelsLast(tensor));
            }
        }
    }

    private static ImageDefaults defaults(String config) {
        if (config.contains("/blip")) {
            return ImageDefaults.BLIP;
        }
        return config.contains("/siglip") ? ImageDefaults.SIGLIP : ImageDefaults.CLIP;
    }

    private static float[] channelsLast(StoredTensor tensor) {
        FloatBuffer values = tensor.data().asFloatBuffer();
        int pixels = values.remaining() / 3;
        float[] result = new float[3 * pixels];
        for (int i = 0; i < result.length; i++) {
            result[i] = values.get(i % 3 * pixels + i / 3);
        }
        return result;
    }

    @Test
    void absentKeysMeanTheDefaultsOfTheFamily() {
        assertThat(open("{}", ImageDefaults.CLIP).fixedSize()).hasValue(new Size(224, 224));
        assertThat(open("{}", ImageDefaults.BLIP).fixedSize()).hasValue(new Size(384, 384));
        assertThat(open("{}", ImageDefaults.SIGLIP).fixedSize()).hasValue(new Size(224, 224));
        Pixels black = Pixels.black(3, 5);
        assertThat(open("{}", ImageDefaults.SIGLIP).process(black)[0]).isEqualTo(-1f);
        assertThat(open("{}", ImageDefaults.CLIP).process(black)[0]).isEqualTo(-0.48145466f / 0.26862954f);
    }

    @Test
    void withoutCropTheSizeDependsOnThePicture() {
        ImageProcessor processor =
                open("{\"do_center_crop\": false, \"size\": {\"shortest_edge\": 10}}", ImageDefaults.CLIP);
        assertThat(processor.fixedSize()).isEmpty();
        assertThat(processor.outputSize(30, 20)).isEqualTo(new Size(15, 10));
        assertThat(processor.outputSize(20, 39)).isEqualTo(new Size(10, 19));
        assertThat(open("{\"do_center_crop\": false, \"do_resize\": false}", ImageDefaults.CLIP)
                        .outputSize(7, 9))
                .isEqualTo(new Size(7, 9));
    }

    @Test
    void fillsABatchOnePictureAfterTheOther() {
        ImageProcessor processor = open("{\"size\": 4, \"crop_size\": 4}", ImageDefaults.CLIP);
        Pixels first = ImageGoldens.pixels("inputs/photo.png");
        Pixels second = ImageGoldens.pixels("inputs/noise.png");
        FloatBuffer batch = FloatBuffer.allocate(2 * 4 * 4 * 3);
        processor.process(first, batch);
        processor.process(second, batch);
        assertThat(batch.hasRemaining()).isFalse();
        FloatBuffer expected = FloatBuffer.allocate(batch.capacity());
        expected.put(processor.process(first)).put(processor.process(second));
        assertThat(batch.array()).containsExactly(expected.array());
    }

    @Test
    void thinPicturesStaySmallWhereTheyAreCropped() {
        ImageProcessor cropping = open("{}", ImageDefaults.CLIP);
        assertThat(cropping.process(Pixels.black(1, 32_768))).hasSize(224 * 224 * 3);
        assertThat(cropping.process(Pixels.black(32_768, 1))).hasSize(224 * 224 * 3);
        ImageProcessor whole = open("{\"do_center_crop\": false}", ImageDefaults.CLIP);
        assertThatThrownBy(() -> whole.process(Pixels.black(1, 32_768)))
                .hasMessage("picture: 224x7340032 pixels after resizing (expected: <= 16777216)")
                .extracting(e -> ((ModelException) e).reason())
                .isEqualTo(Reason.TOO_LONG);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"size\": 0}                         | size: 0 (expected: 1 to 8192)",
                "{\"size\": {\"shortest_edge\": 9000}} | size.shortest_edge: 9000 (expected: 1 to 8192)",
                "{\"size\": {\"height\": 20}}          | size.width is missing",
                "{\"size\": {\"shortest_edge\": 2, \"longest_edge\": 3}} | size: shortest_edge and longest_edge (expected: shortest_edge, or height and width)",
                "{\"resample\": 5}                     | resample: 5 (expected: 0 nearest, 1 Lanczos, 2 bilinear or 3 bicubic)",
                "{\"crop_size\": \"big\"}              | crop_size: \"big\" (expected: 1 to 8192)",
                "{\"image_mean\": [0.5]}               | image_mean: [0.5] (expected: 3 numbers)",
                "{\"image_std\": [0.5, 0, 0.5]}        | image_std: [0.5, 0.0, 0.5] (expected: no zero)",
                "{\"do_normalize\": 1}                 | do_normalize: 1 (expected: true or false)",
                "{\"do_pad\": true}                    | do_pad: true (expected: false)",
            })
    void saysWhatIsImpossible(String json, String message) {
        assertThatThrownBy(() -> open(json, ImageDefaults.CLIP))
                .isInstanceOf(ModelException.class)
                .hasMessage("preprocessor_config.json: " + message)
                .extracting(e -> ((ModelException) e).reason())
                .isEqualTo(Reason.INVALID_CHECKPOINT);
    }

    private ImageProcessor open(String json, ImageDefaults defaults) {
        try {
            Files.writeString(folder.resolve(ImageProcessor.FILE), json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ImageProcessor.open(folder, defaults);
    }
}
