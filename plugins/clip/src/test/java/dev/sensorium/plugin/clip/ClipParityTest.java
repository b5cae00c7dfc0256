package dev.sensorium.plugin.clip;

import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.kit.nn.Batch;
import dev.sensorium.kit.nn.Network;
import dev.sensorium.kit.nn.NetworkBuilder;
import dev.sensorium.kit.nn.NetworkOptions;
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

/** The same numbers as transformers, within 1e-4. */
class ClipParityTest {

    private static final double TOLERANCE = 1e-4;

    static Stream<Path> goldens() {
        return Goldens.clip();
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void imageTowerGivesTheReferencesStateAndEmbeddings(Path folder) {
        Golden golden = new Golden(folder);
        int side = ClipConfig.read(folder).vision().picture().side();
        try (TFloat32 pixels = Batch.ofFloats(Shape.of(side, side, 3), Goldens.pictures(golden));
                Towers towers = Towers.load(folder);
                Result result = towers.network.run(run -> run.feed(towers.graph.pixels(), pixels)
                        .fetch(towers.graph.imageState())
                        .fetch(towers.graph.images()))) {
            List<float[]> states = Batch.rows(result.get(0));
            Goldens.assertClose(golden, "vision_last_hidden_state", states, new int[states.size()], TOLERANCE);
            golden.assertClose("image_embeds", Batch.rows(result.get(1)), TOLERANCE);
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void textTowerGivesTheReferencesStateAndEmbeddings(Path folder) {
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
                        .fetch(towers.graph.texts()))) {
            Goldens.assertClose(golden, "text_last_hidden_state", Batch.rows(result.get(0)), positions, TOLERANCE);
            golden.assertClose("text_embeds", Batch.rows(result.get(1)), TOLERANCE);
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void filesGiveTheReferencesEmbeddingsAndLogits(Path folder) {
        try (ClipModel model = ClipModel.load(Goldens.spec(folder))) {
            Goldens.assertClose(model, new Golden(folder), TOLERANCE);
        }
    }

    /** A checkpoint's network with all that can be fetched from it. */
    private record Towers(ClipGraph graph, Network network) implements AutoCloseable {

        static Towers load(Path folder) {
            try (Weights weights = Weights.open(folder);
                    NetworkBuilder builder = NetworkBuilder.open(NetworkOptions.cpu(), weights)) {
                return new Towers(ClipGraph.lay(ClipConfig.read(folder), builder.layers()), builder.build());
            }
        }

        @Override
        public void close() {
            network.close();
        }
    }
}
