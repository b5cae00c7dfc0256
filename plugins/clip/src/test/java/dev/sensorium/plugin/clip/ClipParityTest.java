package dev.sensorium.plugin.clip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.kit.nn.Batch;
import dev.sensorium.kit.nn.Layers;
import dev.sensorium.kit.nn.Network;
import dev.sensorium.kit.nn.NetworkBuilder;
import dev.sensorium.kit.nn.NetworkOptions;
import dev.sensorium.testkit.Golden;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The same numbers as transformers, within 1e-4. */
class ClipParityTest {

    private static final double TOLERANCE = 1e-4;

    static Stream<Path> goldens() {
        return Goldens.clip();
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void imageTowerGivesTheReferencesStatesAndEmbeddings(Path folder) {
        Golden golden = new Golden(folder);
        int side = ClipConfig.read(folder).vision().picture().side();
        try (TFloat32 pixels = Batch.ofFloats(Shape.of(side, side, 3), Goldens.pictures(golden));
                Towers towers = Towers.load(folder);
                Result result = towers.network.run(run -> run.feed(towers.graph.pixels(), pixels)
                        .fetch(towers.graph.imageState())
                        .fetch(towers.graph.images())
                        .fetch(towers.imageStates))) {
            List<float[]> states = Batch.rows(result.get(0));
            Goldens.assertClose(golden, "vision_last_hidden_state", states, new int[states.size()], TOLERANCE);
            golden.assertClose("image_embeds", Batch.rows(result.get(1)), TOLERANCE);
            golden.assertClose("vision_last_hidden_state", values(result.get(2)), TOLERANCE);
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void textTowerGivesTheReferencesStatesAndEmbeddings(Path folder) {
        Golden golden = new Golden(folder);
        ClipConfig.Text text = ClipConfig.read(folder).text();
        List<int[]> padded = Goldens.ids(golden);
        int[] positions = padded.stream().mapToInt(text::end).toArray();
        try (TInt32 ids = Batch.ofInts(padded);
                TInt32 ends = TInt32.vectorOf(positions);
                Towers towers = Towers.load(folder);
                Result result = towers.network.run(run -> run.feed(towers.graph.ids(), ids)
                        .feed(towers.graph.ends(), ends)
                        .fetch(towers.graph.textState())
                        .fetch(towers.graph.texts())
                        .fetch(towers.textStates))) {
            Goldens.assertClose(golden, "text_last_hidden_state", Batch.rows(result.get(0)), positions, TOLERANCE);
            golden.assertClose("text_embeds", Batch.rows(result.get(1)), TOLERANCE);
            float[] hidden = values(result.get(2));
            float[] expected = golden.floats("text_last_hidden_state");
            long[] mask = golden.integers("attention_mask");
            for (int i = 0; i < hidden.length; i++) {
                if (mask[i / text.tower().width()] == 1) { // the reference hides padding from padding too
                    assertThat(hidden[i])
                            .as("text_last_hidden_state, element %d", i)
                            .isCloseTo(expected[i], Offset.offset((float) TOLERANCE));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void filesGiveTheReferencesEmbeddingsAndLogits(Path folder) {
        try (ClipModel model = ClipModel.load(Goldens.spec(folder))) {
            Goldens.assertClose(model, new Golden(folder), TOLERANCE);
        }
    }

    private static float[] values(Tensor tensor) {
        float[] values = new float[Math.toIntExact(tensor.shape().size())];
        tensor.asRawTensor().data().asFloats().read(values);
        return values;
    }

    /** A checkpoint's network with all that can be fetched from it, and the last states of all positions as well. */
    private record Towers(ClipGraph graph, Operand<TFloat32> imageStates, Operand<TFloat32> textStates, Network network)
            implements AutoCloseable {

        static Towers load(Path folder) {
            try (Weights weights = Weights.open(folder);
                    NetworkBuilder builder = NetworkBuilder.open(NetworkOptions.cpu(), weights)) {
                ClipConfig config = ClipConfig.read(folder);
                ClipGraph graph = ClipGraph.lay(config, builder.layers());
                Layers vision = builder.layers().in("vision_model");
                ClipVision images = new ClipVision(config.vision());
                var imageStates = images.encoder(vision).all(images.embeddings(vision, graph.pixels()));
                Layers text = builder.layers().in("text_model");
                ClipText texts = new ClipText(config.text());
                var textStates =
                        texts.norm(text, texts.encoder(text, graph.ids()).all(texts.embeddings(text, graph.ids())));
                return new Towers(graph, imageStates, textStates, builder.build());
            }
        }

        @Override
        public void close() {
            network.close();
        }
    }
}
