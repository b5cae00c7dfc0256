package dev.sensorium.plugin.flamingo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.kit.decode.Encoder;
import dev.sensorium.kit.decode.Opening;
import dev.sensorium.kit.decode.States;
import dev.sensorium.kit.nn.Batch;
import dev.sensorium.kit.nn.Decoder;
import dev.sensorium.kit.nn.Network;
import dev.sensorium.kit.nn.NetworkBuilder;
import dev.sensorium.kit.nn.NetworkOptions;
import dev.sensorium.kit.nn.Row;
import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.testkit.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/** The same numbers as transformers, within 1e-4, and the same tokens. */
class ParityTest {

    private static final double TOLERANCE = 1e-4;
    private static final int NEW_TOKENS = 6;

    static Stream<Path> goldens() {
        return Goldens.all();
    }

    /** A checkpoint's network with all that can be fetched from it. */
    private record Laid(FlamingoConfig config, FlamingoGraph graph, Network network) implements AutoCloseable {

        static Laid of(Path folder) {
            FlamingoConfig config = FlamingoConfig.read(folder);
            try (Weights weights = Weights.open(folder);
                    NetworkBuilder builder = NetworkBuilder.open(NetworkOptions.cpu(), weights)) {
                FlamingoOptions options = FlamingoOptions.of(Goldens.spec(folder), config);
                return new Laid(config, FlamingoGraph.lay(config, builder.layers(), options), builder.build());
            }
        }

        @Override
        public void close() {
            network.close();
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void picturesGiveTheReferencesStates(Path folder) {
        Golden golden = new Golden(folder);
        try (Laid laid = Laid.of(folder)) {
            golden.assertClose(
                    "vision_last_hidden_state", states(laid, laid.graph().hidden(), golden), TOLERANCE);
            if (laid.config().resampler().isPresent()) {
                golden.assertClose("resampled", states(laid, laid.graph().seen(), golden), TOLERANCE);
            }
        }
    }

    private static float[] states(Laid laid, Operand<TFloat32> states, Golden golden) {
        int side = laid.config().vision().picture().side();
        try (TFloat32 pixels = Batch.ofFloats(Shape.of(side, side, 3), Goldens.pixels(golden));
                Result result = laid.network()
                        .run(run -> run.feed(laid.graph().pixels(), pixels).fetch(states))) {
            return Goldens.values(result.get(0));
        }
    }

    /** The reference computed all prompts in one batch, padded on the left. */
    @ParameterizedTest
    @MethodSource("goldens")
    void promptsGiveTheReferencesLogits(Path folder) {
        Golden golden = new Golden(folder);
        try (Laid laid = Laid.of(folder);
                Readers readers = Readers.open(Goldens.spec(folder), laid.config(), 32)) {
            PromptReader reader = new PromptReader(readers, laid.config().states());
            PictureEncoder encoder = new PictureEncoder(laid.network(), laid.graph());
            List<Goldens.Asked> asked = Goldens.asked(folder);
            for (int i = 0; i < asked.size(); i++) {
                Opening opening = reader.read(asked.get(i).prompt(), PrepareOptions.DEFAULT)
                        .opening();
                assertThat(opening.ids()).as("ids_%d", i).isEqualTo(Goldens.ints(golden, "ids_" + i));
                assertThat(opening.views()).as("views_%d", i).isEqualTo(Goldens.ints(golden, "views_" + i));
                float[] states = Sight.of(encoder, opening);
                golden.assertClose("logits_" + i, logits(laid, opening, states, 1), TOLERANCE);
                assertSameInPieces(laid, opening, states, golden.floats("logits_" + i));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void promptsGiveTheReferencesTokens(Path folder) throws InterruptedException {
        try (FlamingoModel model = FlamingoModel.load(Goldens.spec(folder))) {
            for (Goldens.Asked asked : Goldens.asked(folder)) {
                Writing written = Writing.of(model, asked.prompt(), Decoding.greedy(NEW_TOKENS));
                assertThat(written.tokens())
                        .as("tokens after %s", asked.prompt().turns())
                        .isEqualTo(asked.generated());
            }
        }
    }

    /** Asserts that a prompt read in pieces ends with the same logits. */
    private static void assertSameInPieces(Laid laid, Opening opening, float[] states, float[] expected) {
        int vocabulary = laid.graph().decoder().vocabulary();
        for (int piece : new int[] {opening.ids().length, 5}) {
            float[] all = logits(laid, opening, states, piece);
            int last = all.length - vocabulary;
            for (int v = 0; v < vocabulary; v++) {
                assertThat((double) all[last + v])
                        .as("logit %d, read %d at a time", v, piece)
                        .isCloseTo(expected[last + v], Offset.offset(TOLERANCE));
            }
        }
    }

    /** Returns the logits (T, V) after the last token of each piece, zeros elsewhere. */
    private static float[] logits(Laid laid, Opening opening, float[] states, int piece) {
        Decoder decoder = laid.graph().decoder();
        int length = states.length / laid.config().vision().tower().width();
        int[] memory = blocks(Objects.requireNonNull(decoder.memoryPaging()).blocksOf(length));
        int[] blocks = blocks(decoder.paging().blocksOf(opening.ids().length));
        decoder.remember(laid.network(), states, memory);
        int count = opening.ids().length;
        float[] logits = new float[count * decoder.vocabulary()];
        for (int from = 0; from < count; from += piece) {
            int to = Math.min(count, from + piece);
            float[][] target = new float[1][decoder.vocabulary()];
            Row row = new Row(
                    Arrays.copyOfRange(opening.ids(), from, to),
                    from,
                    blocks,
                    memory,
                    length,
                    Arrays.copyOfRange(opening.views(), from, to));
            decoder.next(laid.network(), List.of(row), target);
            System.arraycopy(target[0], 0, logits, (to - 1) * target[0].length, target[0].length);
        }
        return logits;
    }

    private static int[] blocks(int count) {
        return IntStream.rangeClosed(1, count).toArray();
    }

    /** What a prompt's tokens see. */
    private static final class Sight {

        private Sight() {}

        /** Returns the states of a prompt's pictures, one picture after the other. */
        static float[] of(PictureEncoder encoder, Opening opening) {
            SightSource source = (SightSource) Objects.requireNonNull(opening.source());
            List<States> parts = new ArrayList<>();
            source.parts().forEach(part -> parts.addAll(encoder.encode(List.of(new Encoder.Item(part, List.of())))));
            return encoder.encode(List.of(new Encoder.Item(source, parts)))
                    .get(0)
                    .values();
        }
    }
}
