package dev.sensorium.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sensorium.spi.Generator.Delta;
import dev.sensorium.spi.ImageGenerator.Drawing;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Policy.Observation;
import dev.sensorium.spi.Policy.Task;
import dev.sensorium.spi.Value.Numbers;
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
    @CsvSource({"0,1,1,1", "1,0,1,1", "1,1,0,1", "1,1,1,0", "-1,1,1,1"})
    void mediaLimitsThatLetNothingThrough(long maxPixels, int maxSide, int maxFrames, int maxSeconds) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MediaLimits(maxPixels, maxSide, maxFrames, maxSeconds))
                .withMessageContaining("%d pixels, %d side, %d frames, %d seconds"
                        .formatted(maxPixels, maxSide, maxFrames, maxSeconds));
    }

    @Test
    void specsOfFoldersHaveNoSettings() {
        ModelSpec spec = ModelSpec.of(new ModelId("clip", "1"), Path.of("clip", "1"));
        assertThat(spec)
                .isEqualTo(new ModelSpec(
                        new ModelId("clip", "1"), Path.of("clip", "1"), Device.cpu(), MediaLimits.DEFAULT, Map.of()));
    }

    @Test
    void impossibleDecoding() {
        assertInvalid(() -> Decoding.greedy(0), "max_tokens: 0 (expected: >= 1)");
        assertInvalid(() -> new Decoding.Length(3, 2), "min_tokens: 3 (expected: 0 to max_tokens, 2)");
        assertInvalid(() -> Decoding.Sample.of(0, 7), "temperature: 0.0 (expected: > 0 and finite)");
        assertInvalid(() -> Decoding.Sample.of(Double.NaN, 7), "temperature: NaN");
        assertInvalid(() -> sample(-1, 1, 0), "top_k: -1 (expected: >= 0)");
        assertInvalid(() -> sample(0, 0, 0), "top_p: 0.0 (expected: > 0 and <= 1)");
        assertInvalid(() -> sample(0, 1, 1), "min_p: 1.0 (expected: >= 0 and < 1)");
        assertInvalid(() -> new Decoding.Beams(1, 1, false), "beams.count: 1 (expected: 2 to 16)");
        assertInvalid(() -> rules(0, 0), "repetition_penalty: 0.0 (expected: > 0 and finite)");
        assertInvalid(() -> rules(1, -1), "no_repeat_ngram: -1 (expected: >= 0)");
        assertInvalid(() -> new Decoding.Stop(List.of("a", ""), List.of()), "stop_texts[1]: empty");
        assertInvalid(() -> Decoding.greedy(1).withLogProbabilities(21), "log_probabilities: 21 (expected: 0 to 20)");
    }

    private static Decoding.Sample sample(int topK, double topP, double minP) {
        return new Decoding.Sample(1, topK, topP, minP, OptionalLong.empty());
    }

    private static Decoding.Rules rules(double repetitionPenalty, int noRepeatNgram) {
        return new Decoding.Rules(repetitionPenalty, noRepeatNgram, List.of(), List.of());
    }

    @Test
    void contradictoryDecoding() {
        Decoding beams = Decoding.greedy(5).with(new Decoding.Beams(3, 1, false));
        Decoding.Rules allowed = new Decoding.Rules(1, 0, List.of(), List.of("yes", "no"));
        assertInvalid(() -> beams.with(allowed), "allowed_texts: with beams");
        assertInvalid(() -> beams.withLogProbabilities(1), "log_probabilities: with beams");
        assertInvalid(() -> beams.with(new Decoding.Stop(List.of("."), List.of())), "stop: with beams");
        assertInvalid(
                () -> Decoding.greedy(5).with(new Decoding.Length(1, 5)).with(allowed),
                "min_tokens: with allowed_texts");
    }

    @Test
    void promptsEndBeforeTheModelsTurn() {
        Prompt.Turn asked = new Prompt.Turn(Prompt.Role.USER, List.of(new Text("who?")));
        Prompt.Turn answered = new Prompt.Turn(Prompt.Role.MODEL, List.of(new Text("me")));
        assertThat(new Prompt(Prompt.Task.GENERATE, List.of(asked, answered, asked), "").contents())
                .hasSize(3);
        assertInvalid(() -> new Prompt(Prompt.Task.GENERATE, List.of(), ""), "turns: 0 (expected: >= 1)");
        assertInvalid(() -> new Prompt(Prompt.Task.GENERATE, List.of(asked, answered), ""), "turns[1].role: MODEL");
        assertInvalid(() -> new Prompt.Turn(Prompt.Role.USER, List.of()), "turn: 0 contents (expected: >= 1)");
    }

    @Test
    void aScoreIsTheSumOfItsTokens() {
        assertThat(new Generator.Score(List.of(1, 2), List.of(-1f, -0.5f)).logLikelihood())
                .isEqualTo(-1.5);
    }

    @ParameterizedTest
    @CsvSource({
        "-1,1,0,0,guidance: -1.0 (expected: >= 0 and finite)",
        "NaN,1,0,0,guidance: NaN",
        "Infinity,1,0,0,guidance: Infinity",
        "1,-1,0,0,temperature: -1.0 (expected: >= 0 and finite)",
        "1,NaN,0,0,temperature: NaN",
        "1,1,-1,0,top_k: -1 (expected: >= 0)",
        "1,1,0,-1,preview_interval: -1 (expected: >= 0)"
    })
    void impossibleDrawing(double guidance, double temperature, int topK, int previewEvery, String words) {
        assertInvalid(() -> new Drawing(guidance, temperature, topK, previewEvery, 0), words);
    }

    @Test
    void drawingWithAnotherSeed() {
        assertThat(new Drawing(4, 1, 256, 16, 0).seeded(7)).isEqualTo(new Drawing(4, 1, 256, 16, 7));
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
        Map<String, Value> values = new HashMap<>(Map.of("position", Numbers.of(1)));
        Video.Frames video = new Video.Frames(frames);
        Delta delta = new Delta("a", tokens, List.of());
        Space.Box box = Space.Box.of(bounds, bounds);
        ModelCard card = new ModelCard("CLIPModel", 1, "float32", "exact", limits);
        Observation observation = Observation.of(values);
        Task task = Task.of("reach", Map.of("position", box), Map.of("move", box));

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
        assertThat(task.observation()).containsEntry("position", Space.Box.of(1, 1, 1));
    }

    @Test
    void failuresTellReasonAndCause() {
        Exception cause = new Exception("cause");
        assertThat(new ModelException(Reason.TOO_LONG, "tokens: 91 (expected: <= 77)", cause))
                .hasMessage("tokens: 91 (expected: <= 77)")
                .hasCause(cause)
                .returns(Reason.TOO_LONG, ModelException::reason);
    }

    @Test
    void failuresTellThePartThatIsToBlame() {
        ModelException failure = new ModelException(Reason.TOO_LONG, "tokens: 91 (expected: <= 77)");

        assertThat(failure).returns("", ModelException::part);
        assertThat(failure.at("contents[2]"))
                .hasMessage("contents[2]: tokens: 91 (expected: <= 77)")
                .hasCause(failure)
                .returns(Reason.TOO_LONG, ModelException::reason)
                .returns("contents[2]", ModelException::part)
                .returns("tokens: 91 (expected: <= 77)", ModelException::problem);
    }
}
