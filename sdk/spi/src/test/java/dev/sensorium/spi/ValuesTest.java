package dev.sensorium.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sensorium.spi.Generator.Delta;
import dev.sensorium.spi.Generator.Sampling;
import dev.sensorium.spi.ImageGenerator.Drawing;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Policy.Observation;
import dev.sensorium.spi.Policy.Space;
import dev.sensorium.spi.Policy.Task;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The values of the SPI refuse what they cannot be, and do not change afterwards. */
class ValuesTest {

    @ParameterizedTest
    @ValueSource(strings = {"clip-shapes", "ViT-B.32", "a", "0", "x_1"})
    void namesOfModels(String name) {
        assertThat(new ModelId(name, name)).hasToString(name + "/" + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", ".hidden", "-flag", "a/b", "a\\b", "a b", "ä", "a\n"})
    void namesThatAreNone(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ModelId(name, "1"))
                .withMessageStartingWith("model name: \"" + name + "\" (expected: to match");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ModelId("clip", name))
                .withMessageStartingWith("model version: \"" + name + "\" (expected: to match");
    }

    @Test
    void namesAreBounded() {
        assertThat(new ModelId("n".repeat(128), "v".repeat(64)).name()).hasSize(128);
        assertThatIllegalArgumentException().isThrownBy(() -> new ModelId("n".repeat(129), "1"));
        assertThatIllegalArgumentException().isThrownBy(() -> new ModelId("n", "v".repeat(65)));
    }

    @Test
    void devices() {
        assertThat(Device.cpu()).hasToString("cpu:0");
        assertThat(new Device(Device.Kind.GPU, 3)).hasToString("gpu:3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Device(Device.Kind.GPU, -1))
                .withMessage("device index: -1 (expected: >= 0)");
    }

    @ParameterizedTest
    @CsvSource({"0,1,1", "1,0,1", "1,1,0", "-1,1,1"})
    void mediaLimitsThatLetNothingThrough(long maxPixels, int maxSide, int maxFrames) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MediaLimits(maxPixels, maxSide, maxFrames))
                .withMessageContaining("%d pixels, %d side, %d frames".formatted(maxPixels, maxSide, maxFrames));
    }

    @Test
    void specsOfFoldersHaveNoSettings() {
        ModelSpec spec = ModelSpec.of(new ModelId("clip", "1"), Path.of("clip", "1"));
        assertThat(spec)
                .isEqualTo(new ModelSpec(
                        new ModelId("clip", "1"), Path.of("clip", "1"), Device.cpu(), MediaLimits.DEFAULT, Map.of()));
    }

    @ParameterizedTest
    @CsvSource({"0,0,0,1", "1,-0.1,0,1", "1,NaN,0,1", "1,0,-1,1", "1,0,0,0", "1,0,0,1.1", "1,0,0,NaN"})
    void impossibleSampling(int maxTokens, double temperature, int topK, double topP) {
        assertInvalid(() -> new Sampling(maxTokens, temperature, topK, topP, OptionalLong.empty()), "sampling: ");
    }

    @Test
    void greedySamplingTakesTheMostLikely() {
        assertThat(Sampling.greedy(5)).isEqualTo(new Sampling(5, 0, 0, 1, OptionalLong.empty()));
    }

    @ParameterizedTest
    @CsvSource({"-1,1,0", "NaN,1,0", "1,-1,0", "1,NaN,0", "1,1,-1"})
    void impossibleDrawing(double guidance, double temperature, int previewEvery) {
        assertInvalid(() -> new Drawing(guidance, temperature, previewEvery, OptionalLong.empty()), "drawing: ");
    }

    private static void assertInvalid(ThrowingCallable call, String words) {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(call)
                .withMessageStartingWith(words)
                .withMessageContaining("expected: ")
                .returns(Reason.INVALID_INPUT, ModelException::reason);
    }

    @Test
    void mediaAreReadOnlyAndReadAgainFromTheStart() {
        ByteBuffer bytes = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}).position(1);
        for (ByteBuffer encoded :
                List.of(new Image(bytes).encoded(), new Audio(bytes).encoded(), new Video.File(bytes).encoded())) {
            assertThat(encoded.isReadOnly()).isTrue();
            assertThat(encoded.remaining()).isEqualTo(3);
        }
        Image image = new Image(bytes);
        image.encoded().get();
        bytes.get();
        assertThat(image.encoded().get()).isEqualTo((byte) 2);
        assertThat(image).isEqualTo(Image.of(new byte[] {2, 3, 4}));
    }

    @Test
    void contentsKnowTheirModality() {
        Image image = Image.of(new byte[0]);
        assertThat(new Text("").modality()).isEqualTo(Modality.TEXT);
        assertThat(image.modality()).isEqualTo(Modality.IMAGE);
        assertThat(new Video.Frames(List.of(image)).modality()).isEqualTo(Modality.VIDEO);
        assertThat(new Video.File(ByteBuffer.allocate(0)).modality()).isEqualTo(Modality.VIDEO);
        assertThat(new Audio(ByteBuffer.allocate(0)).modality()).isEqualTo(Modality.AUDIO);
    }

    @Test
    void collectionsAreTheirOwn() {
        List<Image> frames = new ArrayList<>(List.of(Image.of(new byte[0])));
        List<Integer> tokens = new ArrayList<>(List.of(1));
        List<Float> bounds = new ArrayList<>(List.of(1f));
        Map<String, Long> limits = new HashMap<>(Map.of("text_tokens", 77L));
        Map<String, List<Float>> values = new HashMap<>(Map.of("position", List.of(1f)));
        Video.Frames video = new Video.Frames(frames);
        Delta delta = new Delta("a", tokens);
        Space.Box box = new Space.Box(bounds, bounds);
        ModelCard card = new ModelCard("CLIPModel", 1, "float32", "exact", limits);
        Observation observation = new Observation(values);
        Task task = new Task("reach", Map.of("position", box), Map.of());

        frames.clear();
        tokens.clear();
        bounds.clear();
        limits.clear();
        values.clear();
        assertThat(video.images()).hasSize(1);
        assertThat(delta.tokens()).containsExactly(1);
        assertThat(box.low()).containsExactly(1f);
        assertThat(card.limits()).containsEntry("text_tokens", 77L);
        assertThat(observation.values()).containsKey("position");
        assertThat(task.observation()).containsEntry("position", new Space.Box(List.of(1f), List.of(1f)));
    }

    @Test
    void failuresTellReasonAndCause() {
        Exception cause = new Exception("cause");
        assertThat(new ModelException(Reason.TOO_LONG, "tokens: 91 (expected: <= 77)", cause))
                .hasMessage("tokens: 91 (expected: <= 77)")
                .hasCause(cause)
                .returns(Reason.TOO_LONG, ModelException::reason);
    }
}
