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

/** The same numbers as transformers, within 1e-4, and the same captions. */
class CaptionParityTest {

    private static final double TOLERANCE = 1e-4;

    static Stream<Path> goldens() {
        return Goldens.captions();
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void picturesGiveTheReferencesStates(Path folder) {
        Golden golden = new Golden(folder);
        int side = BlipConfig.read(folder).vision().picture().side();
        try (TFloat32 pixels = Batch.ofFloats(Shape.of(side, side, 3), Goldens.pictures(golden));
                Laid<CaptionGraph> laid = Laid.captions(folder);
                Result result = laid.network().run(run -> run.feed(laid.graph().pixels(), pixels)
                        .fetch(laid.graph().imageHidden()))) {
            golden.assertClose("vision_last_hidden_state", Goldens.values(result.get(0)), TOLERANCE);
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void theDecoderGivesTheReferencesLogits(Path folder) {
        Golden golden = new Golden(folder);
        int width = BlipConfig.read(folder).vision().tower().width();
        List<float[]> states = Laid.parts(
                golden.floats("vision_last_hidden_state"), golden.pictures().size());
        try (Laid<CaptionGraph> laid = Laid.captions(folder)) {
            laid.assertLogits(golden, laid.graph().decoder(), states, width);
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void filesGiveTheReferencesCaptions(Path folder) throws InterruptedException {
        List<Image> pictures = new Golden(folder).pictures();
        List<String> prompts =
                HubConfig.read(folder, "golden.json").strings("prompts").required();
        List<GoldenRun> runs = GoldenRun.read(folder).toList();
        assertThat(runs).hasSizeGreaterThanOrEqualTo(folder.startsWith(Goldens.FOLDER) ? 12 : 2);
        try (Tokenizer tokenizer = Tokenizer.open(folder);
                WritingModel model = WritingModel.load(Goldens.spec(folder), WritingModel.Kind.CAPTIONS)) {
            for (GoldenRun run : runs) {
                for (int i = 0; i < pictures.size(); i++) {
                    Prompt plain = Prompt.of(Task.CAPTION, List.of(pictures.get(i)));
                    if (!run.name().contains("prompt")) {
                        run.assertWritten(model, run.rows().get(i), plain, tokenizer);
                        continue;
                    }
                    String text = prompts.get(i);
                    int[] before = tokenizer.encodePlain(text);
                    Prompt asked = Prompt.of(Task.GENERATE, List.of(new Text(text), pictures.get(i)));
                    run.assertWritten(model, run.rows().get(i), asked, tokenizer, before);
                    run.assertWritten(model, run.rows().get(i), plain.beginning(text), tokenizer, before);
                }
            }
        }
    }
}
