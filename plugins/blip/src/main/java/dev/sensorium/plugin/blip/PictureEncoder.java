package dev.sensorium.plugin.blip;

import dev.sensorium.kit.decode.Encoder;
import dev.sensorium.kit.decode.PictureSource;
import dev.sensorium.kit.decode.States;
import dev.sensorium.kit.nn.Batch;
import dev.sensorium.kit.nn.Network;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.types.TFloat32;

/**
 * The image tower as the encoder of a decoder that attends to pictures.
 *
 * @param network runs it
 * @param pixels pictures to feed, (B, S, S, 3)
 * @param hidden their states, (B, T, D)
 */
record PictureEncoder(Network network, Operand<TFloat32> pixels, Operand<TFloat32> hidden) implements Encoder {

    @Override
    public List<States> encode(List<Item> batch) {
        List<float[]> pictures = batch.stream()
                .map(item -> ((PictureSource) item.source()).pixels())
                .toList();
        return network.inParts(pictures, Math.toIntExact(hidden.shape().get(1)), this::states);
    }

    private List<States> states(List<float[]> pictures) {
        long side = pixels.shape().get(1);
        try (TFloat32 fed = Batch.ofFloats(Shape.of(side, side, 3), pictures);
                Result result = network.run(run -> run.feed(pixels, fed).fetch(hidden))) {
            int length = Math.toIntExact(result.get(0).shape().get(1));
            return states(result.get(0), Collections.nCopies(pictures.size(), length));
        }
    }

    /** Returns the first states of each row of a tensor (B, T, D), as many as count. */
    static List<States> states(Tensor tensor, List<Integer> counts) {
        long length = tensor.shape().get(1);
        int width = Math.toIntExact(tensor.shape().get(2));
        FloatDataBuffer buffer = tensor.asRawTensor().data().asFloats();
        List<States> states = new ArrayList<>();
        for (int i = 0; i < counts.size(); i++) {
            float[] values = new float[counts.get(i) * width];
            buffer.offset(i * length * width).read(values);
            states.add(new States(values, width));
        }
        return states;
    }
}
