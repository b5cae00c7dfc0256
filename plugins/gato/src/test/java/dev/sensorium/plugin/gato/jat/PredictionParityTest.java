package dev.sensorium.plugin.gato.jat;

import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.kit.nn.Network;
import dev.sensorium.kit.nn.NetworkBuilder;
import dev.sensorium.kit.nn.NetworkOptions;
import dev.sensorium.kit.nn.Precision;
import dev.sensorium.plugin.gato.jat.History.Reading;
import dev.sensorium.plugin.gato.jat.Seat.Turn;
import dev.sensorium.spi.Device;
import dev.sensorium.testkit.Golden;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The network gives the reference's numbers, for whole sequences that are read in pieces. */
class PredictionParityTest {

    private static final double TOLERANCE = 1e-4;
    private static final double COARSE = 0.1;
    private static final int ALL = 1000;

    /** What is asked of a token. */
    private record Asked(Token token, boolean discrete, int count) {}

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, ALL})
    void numbers(int piece) {
        Golden golden = Goldens.golden();
        with(Goldens.FOLDER, NetworkOptions.cpu(), (config, runs) -> {
            List<float[]> answers = read(runs, numbers(config), piece);
            golden.assertClose("predicted_moves", every(answers, 0), TOLERANCE);
            golden.assertClose("predicted_numbers", every(answers, 1), TOLERANCE);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, ALL})
    void integers(int piece) {
        Golden golden = Goldens.golden();
        long[] integers = golden.integers("integers");
        long[] chosen = golden.integers("chosen");
        float[] rewards = golden.floats("rewards");
        with(Goldens.FOLDER, NetworkOptions.cpu(), (config, runs) -> {
            List<Asked> sequence = new ArrayList<>();
            for (int i = 0; i < rewards.length; i++) {
                int from = i * config.integers();
                int[] seen = Arrays.stream(integers, from, from + config.integers())
                        .mapToInt(Math::toIntExact)
                        .toArray();
                Token token = new Token.Seen(new Sight.Integers(seen, rewards[i]));
                sequence.add(new Asked(token, true, config.vocabulary()));
                sequence.add(new Asked(new Token.Choice((int) chosen[i]), true, 1));
            }
            golden.assertClose("logits", every(read(runs, sequence, piece), 0), TOLERANCE);
        });
    }

    @Test
    void pictures() {
        Golden golden = new Golden(Goldens.PICTURES);
        long[] chosen = golden.integers("chosen");
        with(Goldens.PICTURES, NetworkOptions.cpu(), (config, runs) -> {
            List<Asked> sequence = new ArrayList<>();
            List<Token.Seen> pictures = new ArrayList<>();
            for (int i = 0; i < chosen.length; i++) {
                pictures.add(new Token.Seen(Sights.picture(ByteBuffer.wrap(Goldens.picture(i)))));
                sequence.add(new Asked(pictures.get(i), true, config.vocabulary()));
                sequence.add(new Asked(new Token.Choice((int) chosen[i]), true, 1));
            }
            golden.assertClose("logits", every(read(runs, sequence, 1), 0), TOLERANCE);
            golden.assertClose(
                    "encoded", pictures.stream().map(Token.Seen::state).toList(), TOLERANCE);
        });
    }

    /** The card says so. */
    @Test
    void numbersInBfloat16() {
        Golden golden = Goldens.golden();
        with(Goldens.FOLDER, new NetworkOptions(Device.cpu(), Precision.BFLOAT16), (config, runs) -> {
            List<float[]> answers = read(runs, numbers(config), ALL);
            golden.assertClose("predicted_moves", every(answers, 0), COARSE);
            golden.assertClose("predicted_numbers", every(answers, 1), COARSE);
        });
    }

    /** Returns the golden sequence of numbers. */
    private static List<Asked> numbers(JatConfig config) {
        Golden golden = Goldens.golden();
        List<float[]> numbers = Goldens.rows(golden.floats("numbers"), Goldens.NUMBERS);
        List<float[]> moves = Goldens.rows(golden.floats("moves"), Goldens.MOVES);
        float[] rewards = golden.floats("rewards");
        List<Asked> sequence = new ArrayList<>();
        for (int i = 0; i < rewards.length; i++) {
            float[] seen = Arrays.copyOf(numbers.get(i), Goldens.NUMBERS + 1);
            seen[Goldens.NUMBERS] = rewards[i];
            sequence.add(new Asked(token(config, seen), false, Goldens.MOVES));
            sequence.add(new Asked(token(config, moves.get(i)), false, Goldens.NUMBERS));
        }
        return sequence;
    }

    private static Token token(JatConfig config, float[] numbers) {
        return new Token.Seen(Sight.Reals.of(numbers, config.numbers()));
    }

    private static List<float[]> every(List<float[]> answers, int first) {
        List<float[]> some = new ArrayList<>();
        for (int i = first; i < answers.size(); i += JatConfig.STEP) {
            some.add(answers.get(i));
        }
        return some;
    }

    /** Returns what follows each token, when so many up to it are read once more. */
    private static List<float[]> read(JatRuns runs, List<Asked> sequence, int piece) {
        Seat seat = new Seat();
        seat.take(new Places(1, sequence.size() / JatConfig.STEP).take(runs::clear));
        List<float[]> answers = new ArrayList<>();
        for (int end = 1; end <= sequence.size(); end++) {
            int first = Math.max(0, end - piece);
            Asked last = sequence.get(end - 1);
            List<Token> tokens =
                    sequence.subList(first, end).stream().map(Asked::token).toList();
            Reading reading = new Reading(first, tokens);
            answers.addAll(runs.read(
                    List.of(new Turn(seat, reading, last.discrete(), last.count(), new CompletableFuture<>()))));
        }
        return answers;
    }

    private static void with(Path folder, NetworkOptions options, BiConsumer<JatConfig, JatRuns> test) {
        JatConfig config = JatConfig.read(folder);
        JatSettings settings = JatSettings.of(Goldens.spec(folder, Map.of("episodes", "2")));
        try (Weights weights = Weights.open(folder);
                NetworkBuilder builder = NetworkBuilder.open(options, weights)) {
            JatGraph graph = JatGraph.lay(config, settings, weights, builder.layers());
            try (Network network = builder.build()) {
                test.accept(config, new JatRuns(network, graph, config.tower().width()));
            }
        }
    }
}
