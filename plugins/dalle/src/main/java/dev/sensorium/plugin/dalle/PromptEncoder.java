package dev.sensorium.plugin.dalle;

import dev.sensorium.kit.decode.Encoder;
import dev.sensorium.kit.decode.States;
import dev.sensorium.kit.nn.Batch;
import dev.sensorium.kit.nn.Network;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.util.List;
import org.tensorflow.Result;
import org.tensorflow.types.TInt32;

/**
 * The encoder of prompts, each by itself: so its states do not depend on the length of others.
 *
 * @param network runs it
 * @param graph what it is
 */
record PromptEncoder(Network network, DalleGraph graph) implements Encoder {

    @Override
    public List<States> encode(List<Item> batch) {
        return batch.stream().map(item -> states((PromptSource) item.source())).toList();
    }

    private States states(PromptSource prompt) {
        int[] ids = prompt.ids().stream().mapToInt(Integer::intValue).toArray();
        try (TInt32 fed = Batch.ofInts(List.of(ids));
                Result result = network.run(run -> run.feed(graph.ids(), fed).fetch(graph.states()))) {
            int width = Math.toIntExact(graph.states().shape().get(2));
            float[] values = new float[ids.length * width];
            result.get(0).asRawTensor().data().asFloats().read(values);
            for (float value : values) {
                if (!Float.isFinite(value)) {
                    throw new ModelException(
                            Reason.NOT_FINITE, "states: %s (expected: finite numbers)".formatted(value));
                }
            }
            return new States(values, width);
        }
    }
}
