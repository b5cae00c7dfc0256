package dev.sensorium.plugin.flamingo;

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
 * The image tower and the resampler as the encoder of pictures; prompts see what it makes of theirs side by side.
 *
 * @param network runs them
 * @param graph what they are
 */
record PictureEncoder(Network network, FlamingoGraph graph) implements Encoder {

    @Override
    public List<States> encode(List<Item> batch) {
        if (!(batch.get(0).source() instanceof PictureSource)) {
            return batch.stream().map(this::joined).toList();
        }
        List<float[]> pictures = batch.stream()
                .map(item -> ((PictureSource) item.source()).pixels())
                .toList();
        return network.inParts(pictures, Math.toIntExact(graph.hidden().shape().get(1)), this::states);
    }

    private List<States> states(List<float[]> pictures) {
        long side = graph.pixels().shape().get(1);
        try (TFloat32 fed = Batch.ofFloats(Shape.of(side, side, 3), pictures);
                Result result = network.run(run -> run.feed(graph.pixels(), fed).fetch(graph.seen()))) {
            int width = width();
            FloatDataBuffer buffer = result.get(0).asRawTensor().data().asFloats();
            int size = Math.toIntExact(buffer.size() / pictures.size());
            List<States> states = new ArrayList<>();
            for (int i = 0; i < pictures.size(); i++) {
                float[] values = new float[size];
                buffer.offset((long) i * size).read(values);
                states.add(new States(values, width));
            }
            return states;
        }
    }

    /** Returns the states of all pictures one after the other. */
    private States joined(Item item) {
        float[] values = new float[item.source().length() * width()];
        int from = 0;
        for (States part : item.parts()) {
            System.arraycopy(part.values(), 0, values, from, part.values().length);
            from += part.values().length;
        }
        return new States(values, width());
    }

    private int width() {
        return Math.toIntExact(graph.seen().shape().get(2));
    }
}
