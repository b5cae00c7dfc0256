package dev.sensorium.spi;

import java.util.Map;

/**
 * What a loaded model tells of itself.
 *
 * @param architecture the network's class name in its reference implementation, such as "CLIPModel"
 * @param parameters number of parameters
 * @param dtype the type that the weights are computed in, such as "float32"
 * @param parity the reference implementation and the tolerance within which this model gives its numbers
 * @param limits what one item may hold at most, by name and unit, such as "text_tokens" to 77
 */
public record ModelCard(String architecture, long parameters, String dtype, String parity, Map<String, Long> limits) {

    public ModelCard {
        limits = Map.copyOf(limits);
    }
}
