package dev.sensorium.plugin.gato.jat;

import dev.sensorium.kit.nn.Decoder;
import dev.sensorium.kit.nn.Network;
import dev.sensorium.kit.nn.Row;
import dev.sensorium.plugin.gato.jat.Seat.Turn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A network's runs for several episodes at a time. Used by one thread. */
final class JatRuns {

    private static final int[] NONE = {};

    private final Network network;
    private final JatGraph graph;
    private final JatEncoder encoder;
    private final int width;

    /** What the decoders fill, kept from run to run, as a vocabulary is long. */
    private final Map<Decoder, float[][]> targets = new IdentityHashMap<>();

    JatRuns(Network network, JatGraph graph, int width) {
        this.network = network;
        this.graph = graph;
        this.encoder = new JatEncoder(network, graph);
        this.width = width;
    }

    /** Reads what the turns say, and returns what they ask for, finite or not. */
    List<float[]> read(List<Turn> turns) {
        encoder.embed(turns.stream()
                .flatMap(turn -> turn.reading().tokens().stream())
                .filter(Token.Seen.class::isInstance)
                .map(Token.Seen.class::cast)
                .toList());
        List<Row> rows = rows(turns);
        float[][] answers = new float[turns.size()][];
        answer(graph.choices(), of(turns, true), turns, rows, answers);
        answer(graph.moves(), of(turns, false), turns, rows, answers);
        return List.of(answers);
    }

    /** Fills blocks of keys and values with zeros. */
    void clear(int[] blocks) {
        graph.moves().clear(network, blocks);
    }

    private void answer(Decoder decoder, List<Integer> own, List<Turn> turns, List<Row> rows, float[][] answers) {
        if (own.isEmpty()) {
            return;
        }
        float[][] found = target(decoder, own.size());
        decoder.next(network, own.stream().map(rows::get).toList(), found);
        for (int i = 0; i < own.size(); i++) {
            int turn = own.get(i);
            answers[turn] = Arrays.copyOf(found[i], turns.get(turn).count());
        }
    }

    private static List<Integer> of(List<Turn> turns, boolean discrete) {
        return IntStream.range(0, turns.size())
                .filter(i -> turns.get(i).discrete() == discrete)
                .boxed()
                .toList();
    }

    /** Has the decoder hold the states of all turns, each from a block on, and returns the rows that read them. */
    private List<Row> rows(List<Turn> turns) {
        List<float[]> states = new ArrayList<>();
        List<Row> rows = new ArrayList<>();
        for (Turn turn : turns) {
            int start = states.size();
            int[] ids = turn.reading().tokens().stream()
                    .mapToInt(token -> id(token, states, start))
                    .toArray();
            int length = states.size() - start;
            while (states.size() % JatSettings.STATES != 0) {
                states.add(new float[width]);
            }
            int[] memory = IntStream.range(start / JatSettings.STATES, states.size() / JatSettings.STATES)
                    .map(block -> 1 + block)
                    .toArray();
            rows.add(new Row(ids, turn.reading().first(), turn.blocks(), memory, length, NONE));
        }
        float[] all = new float[states.size() * width];
        for (int i = 0; i < states.size(); i++) {
            System.arraycopy(states.get(i), 0, all, i * width, width);
        }
        int[] blocks =
                IntStream.rangeClosed(1, states.size() / JatSettings.STATES).toArray();
        graph.moves().remember(network, all, blocks);
        return rows;
    }

    /** Returns what the decoder reads for a token, whose state is added to the others. */
    private static int id(Token token, List<float[]> states, int start) {
        if (token instanceof Token.Seen seen) {
            states.add(seen.state());
            return states.size() - 1 - start;
        }
        return token instanceof Token.Choice choice ? -1 - choice.action() : 0;
    }

    private float[][] target(Decoder decoder, int rows) {
        float[][] target = targets.getOrDefault(decoder, new float[0][]);
        if (target.length < rows) {
            target = new float[rows][decoder.vocabulary()];
            targets.put(decoder, target);
        }
        return target;
    }
}
