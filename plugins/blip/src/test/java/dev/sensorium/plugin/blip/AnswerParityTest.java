package dev.sensorium.plugin.blip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.kit.checkpoint.HubConfig;
import dev.sensorium.kit.nn.Batch;
import dev.sensorium.kit.text.Tokenizer;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Prompt.Task;
import dev.sensorium.spi.Text;
import dev.sensorium.testkit.Golden;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Result;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The same numbers as transformers, within 1e-4, and the same answers. */
class AnswerParityTest {

    private static final double TOLERANCE = 1e-4;

    static Stream<Path> goldens() {
        return Goldens.answers();
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void picturesAndQuestionsGiveTheReferencesStates(Path folder) {
        Golden golden = new Golden(folder);
        int side = BlipConfig.read(folder).vision().picture().side();
        int[] counts = Goldens.lengths(golden, "question_attention_mask");
        try (TFloat32 pixels = Batch.ofFloats(Shape.of(side, side, 3), Goldens.pictures(golden));
                TInt32 ids = Batch.ofInts(Goldens.ids(golden, "question_input_ids"));
                TInt32 lengths = TInt32.vectorOf(counts);
                Laid<AnswerGraph> laid = Laid.answers(folder);
                Result seen = laid.network().run(run -> run.feed(laid.graph().pixels(), pixels)
                        .fetch(laid.graph().imageHidden()));
                Result read = laid.network().run(run -> run.feed(laid.graph().ids(), ids)
                        .feed(laid.graph().lengths(), lengths)
                        .feed(laid.graph().pictures(), seen.get(0))
                        .fetch(laid.graph().questionHidden()))) {
            golden.assertClose("vision_last_hidden_state", Goldens.values(seen.get(0)), TOLERANCE);
            Goldens.assertCounted(golden, "question_last_hidden_state", Goldens.values(read.get(0)), counts);
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void theDecoderGivesTheReferencesLogits(Path folder) {
        Golden golden = new Golden(folder);
        int width = BlipConfig.read(folder).text().tower().width();
        // The reference's decoder sees the padding of questions too, whatever the mask says.
        List<float[]> states = Laid.parts(
                golden.floats("question_last_hidden_state"), golden.pictures().size());
        try (Laid<AnswerGraph> laid = Laid.answers(folder)) {
            laid.assertLogits(golden, laid.graph().decoder(), states, width);
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void filesGiveTheReferencesAnswers(Path folder) throws InterruptedException {
        List<Image> pictures = new Golden(folder).pictures();
        List<String> questions =
                HubConfig.read(folder, "golden.json").strings("questions").required();
        List<GoldenRun> runs = GoldenRun.read(folder).toList();
        assertThat(runs).hasSizeGreaterThanOrEqualTo(5);
        try (Tokenizer tokenizer = Tokenizer.open(folder);
                WritingModel model = WritingModel.load(Goldens.spec(folder), WritingModel.Kind.ANSWERS)) {
            for (GoldenRun run : runs) {
                for (int i = 0; i < run.rows().size(); i++) {
                    Image picture = pictures.get(i / questions.size());
                    Text question = new Text(questions.get(i % questions.size()));
                    Prompt prompt = Prompt.of(Task.ANSWER, List.of(picture, question));
                    run.assertWritten(model, run.rows().get(i), prompt, tokenizer);
                }
            }
        }
    }
}
