package dev.sensorium.plugin.gato.jat;

import dev.sensorium.kit.nn.Batch;
import dev.sensorium.kit.nn.Network;
import dev.sensorium.plugin.gato.jat.JatGraph.Pictures;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The layers that make tokens of what is observed and done, at work.
 *
 * @param network runs them
 * @param graph where they are laid
 */
record JatEncoder(Network network, JatGraph graph) {

    /** Embeds what has not been yet, all of a kind in one run. */
    void embed(List<Token.Seen> tokens) {
        List<Token.Seen> left =
                tokens.stream().filter(token -> token.state().length == 0).toList();
        embed(left, Sight.Reals.class, this::reals);
        embed(left, Sight.Integers.class, this::integers);
        embed(left, Sight.Picture.class, this::pictures);
    }

    private <S extends Sight> void embed(
            List<Token.Seen> tokens, Class<S> kind, Function<List<S>, List<float[]>> layer) {
        List<Token.Seen> own =
                tokens.stream().filter(token -> kind.isInstance(token.sight())).toList();
        if (own.isEmpty()) {
            return;
        }
        List<float[]> states =
                layer.apply(own.stream().map(token -> kind.cast(token.sight())).toList());
        for (int i = 0; i < states.size(); i++) {
            own.get(i).embedded(states.get(i));
        }
    }

    private List<float[]> reals(List<Sight.Reals> sights) {
        List<float[]> rows = sights.stream().map(Sight.Reals::values).toList();
        try (TFloat32 fed = Batch.ofFloats(Shape.of(rows.get(0).length), rows)) {
            return rows(graph.ofReals(), run -> run.feed(graph.reals(), fed));
        }
    }

    private List<float[]> integers(List<Sight.Integers> sights) {
        List<int[]> rows = sights.stream().map(Sight.Integers::values).toList();
        List<float[]> rewards =
                sights.stream().map(sight -> new float[] {sight.reward()}).toList();
        try (TInt32 fed = Batch.ofInts(rows);
                TFloat32 beside = Batch.ofFloats(Shape.of(1), rewards)) {
            return rows(
                    graph.ofIntegers(), run -> run.feed(graph.integers(), fed).feed(graph.rewards(), beside));
        }
    }

    private List<float[]> pictures(List<Sight.Picture> sights) {
        Pictures pictures = graph.pictures();
        if (pictures == null) {
            throw new IllegalStateException("the network has no encoder of pictures");
        }
        Shape shape = Shape.of(PictureLayers.SIDE, PictureLayers.SIDE, PictureLayers.CHANNELS);
        List<float[]> rows = sights.stream().map(Sight.Picture::values).toList();
        try (TFloat32 fed = Batch.ofFloats(shape, rows)) {
            return rows(pictures.embedded(), run -> run.feed(pictures.fed(), fed));
        }
    }

    /** Returns the rows of (N, D), finite or not: what is not is one episode's affair. */
    private List<float[]> rows(Operand<TFloat32> fetched, UnaryOperator<Session.Runner> feed) {
        try (Result result = network.run(run -> feed.apply(run).fetch(fetched))) {
            Shape shape = result.get(0).shape();
            FloatDataBuffer buffer = result.get(0).asRawTensor().data().asFloats();
            List<float[]> rows = new ArrayList<>();
            for (long i = 0; i < shape.get(0); i++) {
                float[] row = new float[Math.toIntExact(shape.get(1))];
                buffer.offset(i * row.length).read(row);
                rows.add(row);
            }
            return rows;
        }
    }
}
