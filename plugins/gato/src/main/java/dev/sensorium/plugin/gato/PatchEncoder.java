package dev.sensorium.plugin.gato;

import dev.sensorium.kit.decode.Encoder;
import dev.sensorium.kit.decode.PictureSource;
import dev.sensorium.kit.decode.States;
import dev.sensorium.kit.nn.Batch;
import dev.sensorium.kit.nn.Network;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Result;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.types.TFloat32;

/**
 * The embedding of patches at work. Safe for use from many threads.
 *
 * @param network runs it
 * @param graph where it is laid
 */
record PatchEncoder(Network network, GatoGraph graph) implements Encoder {

    @Override
    public List<States> encode(List<Item> batch) {
        return embed(batch.stream()
                .map(item -> ((PictureSource) item.source()).pixels())
                .toList());
    }

    /** Embeds the patches of pictures, each (S, S, 3). */
    List<States> embed(List<float[]> pictures) {
        long side = graph.pixels().shape().get(1);
        try (TFloat32 fed = Batch.ofFloats(Shape.of(side, side, 3), pictures);
                Result result = network.run(run -> run.feed(graph.pixels(), fed).fetch(graph.patches()))) {
            Shape shape = result.get(0).shape();
            int length = Math.toIntExact(shape.get(1) * shape.get(2));
            FloatDataBuffer buffer = result.get(0).asRawTensor().data().asFloats();
            List<States> states = new ArrayList<>();
            for (int i = 0; i < pictures.size(); i++) {
                float[] values = new float[length];
                buffer.offset((long) i * length).read(values);
                states.add(new States(values, Math.toIntExact(shape.get(2))));
            }
            return states;
        }
    }
}
