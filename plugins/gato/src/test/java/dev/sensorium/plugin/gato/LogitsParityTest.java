package dev.sensorium.plugin.gato;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.kit.decode.States;
import dev.sensorium.kit.nn.Network;
import dev.sensorium.kit.nn.NetworkBuilder;
import dev.sensorium.kit.nn.NetworkOptions;
import dev.sensorium.kit.nn.Row;
import dev.sensorium.testkit.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The network gives the reference's numbers, for a row of a text, a picture, numbers and actions. */
class LogitsParityTest {

    private static final double TOLERANCE = 1e-4;

    @Test
    void projectedPatches() {
        assertSame(Goldens.FOLDER);
    }

    @Test
    void patchesThroughTheResidualBlock() {
        assertSame(Goldens.RESIDUAL);
    }

    private static void assertSame(Path folder) {
        GatoConfig config = GatoConfig.read(folder);
        Golden golden = new Golden(folder);
        try (Weights weights = Weights.open(folder);
                NetworkBuilder builder = NetworkBuilder.open(NetworkOptions.cpu(), weights)) {
            GatoGraph graph = GatoGraph.lay(
                    config,
                    builder.layers(),
                    Seats.of(Goldens.spec(folder), config.context()).loop());
            try (Network network = builder.build()) {
                States patches = new PatchEncoder(network, graph)
                        .embed(List.of(golden.floats("pixels")))
                        .get(0);
                golden.assertClose("patches", patches.values(), TOLERANCE);
                for (int piece : List.of(1, 7, 100)) {
                    golden.assertClose(
                            "logits", logits(network, graph, patches, tokens(config, golden), piece), TOLERANCE);
                }
            }
        }
    }

    private static int[] tokens(GatoConfig config, Golden golden) {
        long[] ids = golden.integers("ids");
        long[] places = golden.integers("places");
        assertThat(ids).hasSizeLessThanOrEqualTo(config.context());
        return IntStream.range(0, ids.length)
                .map(i -> config.layout().at((int) places[i], (int) ids[i]))
                .toArray();
    }

    /** Returns what follows each token, when so many are read at a time and then the last of them one by one again. */
    private static List<float[]> logits(Network network, GatoGraph graph, States patches, int[] tokens, int piece) {
        int[] blocks = IntStream.rangeClosed(1, graph.decoder().paging().blocksOf(tokens.length))
                .toArray();
        int[] memory = {1};
        graph.decoder().remember(network, patches.values(), memory);
        List<float[]> rows = new ArrayList<>();
        for (int end = 1; end <= tokens.length; end++) {
            int first = Math.max(0, end - piece);
            float[][] target = new float[1][graph.decoder().vocabulary()];
            Row row = new Row(Arrays.copyOfRange(tokens, first, end), first, blocks, memory, patches.length());
            graph.decoder().next(network, List.of(row), target);
            rows.add(target[0]);
        }
        return rows;
    }
}
