package dev.sensorium.plugin.blip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.kit.nn.Batch;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Text;
import dev.sensorium.testkit.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Result;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The same numbers as transformers, within 1e-4. */
class RetrievalParityTest {

    private static final double TOLERANCE = 1e-4;

    static Stream<Path> goldens() {
        return Goldens.retrieval();
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void picturesGiveTheReferencesStatesAndEmbeddings(Path folder) {
        Golden golden = new Golden(folder);
        int side = BlipConfig.read(folder).vision().picture().side();
        try (TFloat32 pixels = Batch.ofFloats(Shape.of(side, side, 3), Goldens.pictures(golden));
                Laid<RetrievalGraph> laid = Laid.retrieval(folder);
                Result result = laid.network().run(run -> run.feed(laid.graph().pixels(), pixels)
                        .fetch(laid.graph().imageHidden())
                        .fetch(laid.graph().images()))) {
            golden.assertClose("vision_last_hidden_state", Goldens.values(result.get(0)), TOLERANCE);
            golden.assertClose("image_features", Batch.rows(result.get(1)), TOLERANCE);
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void textsGiveTheReferencesStatesAndEmbeddings(Path folder) {
        Golden golden = new Golden(folder);
        int[] counts = Goldens.lengths(golden, "attention_mask");
        try (TInt32 ids = Batch.ofInts(Goldens.ids(golden, "input_ids"));
                TInt32 lengths = TInt32.vectorOf(counts);
                Laid<RetrievalGraph> laid = Laid.retrieval(folder);
                Result result = laid.network().run(run -> run.feed(laid.graph().ids(), ids)
                        .feed(laid.graph().lengths(), lengths)
                        .fetch(laid.graph().textHidden())
                        .fetch(laid.graph().texts()))) {
            golden.assertClose("text_features", Batch.rows(result.get(1)), TOLERANCE);
            Goldens.assertCounted(golden, "text_last_hidden_state", Goldens.values(result.get(0)), counts);
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void pairsGiveTheReferencesStatesAndLogits(Path folder) {
        Golden golden = new Golden(folder);
        BlipConfig.Vision vision = BlipConfig.read(folder).vision();
        List<int[]> texts = Goldens.ids(golden, "input_ids");
        int[] counts = Goldens.lengths(golden, "attention_mask");
        List<float[]> states = Laid.parts(
                golden.floats("vision_last_hidden_state"), golden.pictures().size());
        Shape shape = Shape.of(vision.states(), vision.tower().width());
        List<float[]> logits = new ArrayList<>();
        try (Laid<RetrievalGraph> laid = Laid.retrieval(folder);
                TInt32 ids = Batch.ofInts(texts);
                TInt32 lengths = TInt32.vectorOf(counts)) {
            for (float[] picture : states) {
                try (TFloat32 pictures = Batch.ofFloats(shape, List.of(picture));
                        Result result = laid.network()
                                .run(run -> run.feed(laid.graph().ids(), ids)
                                        .feed(laid.graph().lengths(), lengths)
                                        .feed(laid.graph().pictures(), pictures)
                                        .fetch(laid.graph().pairs()))) {
                    logits.addAll(Batch.rows(result.get(0)));
                }
            }
        }
        float[] flat = new float[2 * logits.size()];
        for (int i = 0; i < logits.size(); i++) {
            System.arraycopy(logits.get(i), 0, flat, 2 * i, 2);
        }
        golden.assertClose("itm_logits", flat, TOLERANCE);
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void filesGiveTheReferencesScores(Path folder) {
        Golden golden = new Golden(folder);
        List<Text> texts = golden.texts();
        int[] counts = Goldens.lengths(golden, "attention_mask");
        int cut = golden.shape("input_ids").get(1).intValue();
        List<Integer> written = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            // The reference has an answer for blank text, a service has none; it cuts before the context's end.
            if (!texts.get(i).value().isBlank() && counts[i] < cut) {
                written.add(i);
            }
        }
        List<Text> asked = written.stream().map(texts::get).toList();
        try (RetrievalModel model = RetrievalModel.load(Goldens.spec(folder))) {
            float[][] itm = model.match(golden.pictures(), asked, PrepareOptions.DEFAULT);
            float[][] itc = Objects.requireNonNull(model.heads().get("itc"))
                    .match(golden.pictures(), asked, PrepareOptions.DEFAULT);
            float[] probabilities = golden.floats("itm_probabilities");
            float[] cosines = golden.floats("cosine");
            for (int m = 0; m < itm.length; m++) {
                for (int n = 0; n < written.size(); n++) {
                    int place = m * texts.size() + written.get(n);
                    float probability = (float) (1 / (1 + Math.exp(-itm[m][n])));
                    assertThat(probability)
                            .as("itm_probabilities[%d, %d]", m, written.get(n))
                            .isCloseTo(probabilities[2 * place + 1], Offset.offset((float) TOLERANCE));
                    assertThat(itc[m][n])
                            .as("cosine[%d, %d]", m, written.get(n))
                            .isCloseTo(cosines[place], Offset.offset((float) TOLERANCE));
                }
            }
        }
    }
}
