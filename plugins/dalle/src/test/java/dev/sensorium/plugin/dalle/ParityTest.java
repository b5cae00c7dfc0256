package dev.sensorium.plugin.dalle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.kit.decode.Encoder;
import dev.sensorium.kit.nn.Decoder;
import dev.sensorium.kit.nn.NetworkOptions;
import dev.sensorium.kit.nn.Precision;
import dev.sensorium.kit.nn.Row;
import dev.sensorium.plugin.dalle.Goldens.Laid;
import dev.sensorium.spi.Device;
import dev.sensorium.spi.Steps;
import dev.sensorium.testkit.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same numbers as min-dalle's, within 1e-4, and the same codes. */
class ParityTest {

    private static final double TOLERANCE = 1e-4;

    static Stream<Path> goldens() {
        return Goldens.all();
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void promptsGiveTheReferencesStates(Path folder) {
        Golden golden = new Golden(folder);
        try (Laid laid = Laid.of(folder)) {
            List<int[]> prompts = Goldens.rows(golden, "text_ids");
            float[] expected = golden.floats("encoder_states");
            int padded = expected.length / prompts.size();
            for (int i = 0; i < prompts.size(); i++) {
                assertClose(states(laid, prompts.get(i)), expected, i * padded);
            }
            int[] nothing = ints(golden.integers("empty_text_ids"));
            assertClose(states(laid, nothing), golden.floats("empty_encoder_states"), 0);
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void codesGiveTheReferencesLogits(Path folder) {
        Golden golden = new Golden(folder);
        try (Laid laid = Laid.of(folder)) {
            List<int[]> prompts = Goldens.rows(golden, "text_ids");
            List<int[]> codes = Goldens.rows(golden, "decoder_ids");
            int[] nothing = ints(golden.integers("empty_text_ids"));
            for (int i = 0; i < prompts.size(); i++) {
                assertLogits(laid, states(laid, prompts.get(i)), codes.get(i), row(golden, "conditional_logits", i));
                assertLogits(laid, states(laid, nothing), codes.get(i), row(golden, "unconditional_logits", i));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void greedyDrawingsAreTheReferences(Path folder) throws InterruptedException {
        Golden golden = new Golden(folder);
        try (Laid laid = Laid.of(folder);
                Drawer drawer = Drawer.start(
                        laid.config(),
                        Goldens.unpadded(ints(golden.integers("empty_text_ids"))),
                        laid.network(),
                        laid.graph(),
                        laid.options().loop())) {
            List<int[]> prompts = Goldens.rows(golden, "text_ids");
            List<int[]> expected = Goldens.rows(golden, "greedy_codes");
            List<Steps<Drawn>> together = prompts.stream()
                    .map(ids -> drawer.draw(Goldens.unpadded(ids), Laid.greedy(folder)))
                    .toList();
            for (int i = 0; i < prompts.size(); i++) {
                assertThat(codes(together.get(i))).as("prompt %d", i).containsExactly(expected.get(i));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void bfloat16GivesNearlyTheReferencesProbabilities(Path folder) {
        Golden golden = new Golden(folder);
        try (Laid laid = Laid.of(folder, new NetworkOptions(Device.cpu(), Precision.BFLOAT16))) {
            List<int[]> prompts = Goldens.rows(golden, "text_ids");
            List<int[]> codes = Goldens.rows(golden, "decoder_ids");
            double squares = 0;
            int count = 0;
            for (int i = 0; i < prompts.size(); i++) {
                float[] found = Objects.requireNonNull(logits(laid, states(laid, prompts.get(i)), codes.get(i), 1)
                        .get(codes.get(i).length - 1));
                float[] all = row(golden, "conditional_logits", i);
                int stored = all.length / codes.get(i).length;
                float[] expected = Arrays.copyOfRange(all, all.length - stored, all.length - stored + found.length);
                double[] error = differences(found, expected);
                count += error.length;
                squares += Arrays.stream(error).map(e -> e * e).sum();
                assertThat(Arrays.stream(error).map(Math::abs).max().orElseThrow())
                        .isLessThan(0.25);
            }
            assertThat(Math.sqrt(squares / count)).as("root mean square").isLessThan(0.1);
        }
    }

    /** Returns how far logarithms of probabilities are from those of other logits. */
    private static double[] differences(float[] logits, float[] others) {
        double sum = IntStream.range(0, logits.length)
                .mapToDouble(i -> Math.exp(logits[i]))
                .sum();
        double other = IntStream.range(0, others.length)
                .mapToDouble(i -> Math.exp(others[i]))
                .sum();
        return IntStream.range(0, logits.length)
                .mapToDouble(i -> logits[i] - Math.log(sum) - others[i] + Math.log(other))
                .toArray();
    }

    private static int[] codes(Steps<Drawn> steps) throws InterruptedException {
        List<Integer> codes = new ArrayList<>();
        for (Optional<Drawn> step = steps.next(); step.isPresent(); step = steps.next()) {
            if (step.get() instanceof Drawn.Code code) {
                codes.add(code.id());
            }
        }
        return codes.stream().mapToInt(Integer::intValue).toArray();
    }

    private static float[] states(Laid laid, int[] ids) {
        PromptSource source = PromptSource.of(Goldens.unpadded(ids));
        PromptEncoder encoder = new PromptEncoder(laid.network(), laid.graph());
        return encoder.encode(List.of(new Encoder.Item(source, List.of())))
                .get(0)
                .values();
    }

    /** Asserts what follows each code, read one by one and three at a time. */
    private static void assertLogits(Laid laid, float[] states, int[] codes, float[] expected) {
        int stored = expected.length / codes.length;
        for (int piece : new int[] {1, 3}) {
            logits(laid, states, codes, piece).forEach((last, logits) -> assertClose(logits, expected, last * stored));
        }
    }

    /** Returns the logits of what follows the last code of each piece, by its place. */
    private static Map<Integer, float[]> logits(Laid laid, float[] states, int[] codes, int piece) {
        Decoder decoder = laid.graph().decoder();
        int length = states.length / laid.config().width();
        int[] memory = blocks(Objects.requireNonNull(decoder.memoryPaging()).blocksOf(length));
        int[] blocks = blocks(decoder.paging().blocksOf(codes.length));
        decoder.remember(laid.network(), states, memory);
        Map<Integer, float[]> logits = new TreeMap<>();
        for (int from = 0; from < codes.length; from += piece) {
            int to = Math.min(codes.length, from + piece);
            float[][] target = new float[1][decoder.vocabulary()];
            Row row = new Row(Arrays.copyOfRange(codes, from, to), from, blocks, memory, length);
            decoder.next(laid.network(), List.of(row), target);
            logits.put(to - 1, target[0]);
        }
        return logits;
    }

    private static void assertClose(float[] values, float[] expected, int from) {
        for (int i = 0; i < values.length; i++) {
            assertThat((double) values[i])
                    .as("number %d", from + i)
                    .isCloseTo(expected[from + i], Offset.offset(TOLERANCE));
        }
    }

    private static float[] row(Golden golden, String name, int index) {
        float[] all = golden.floats(name);
        int length = all.length / golden.shape(name).get(0).intValue();
        return Arrays.copyOfRange(all, index * length, (index + 1) * length);
    }

    private static int[] ints(long[] values) {
        return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
    }

    private static int[] blocks(int count) {
        return IntStream.rangeClosed(1, count).toArray();
    }
}
