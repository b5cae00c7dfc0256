package dev.sensorium.kit.decode;

import dev.sensorium.spi.ModelException;
import java.util.List;

/** The part of a model that makes states of what its decoder attends to. Called by one thread at a time. */
public interface Encoder {

    /**
     * Encodes sources of one {@link Source#group}: the states of each, in order. What a source's states are does not
     * depend on the sources beside it.
     *
     * @throws ModelException if the network fails, or what it makes of one of these is not finite; each is tried by
     *     itself then, and who needs one that fails fails
     */
    List<States> encode(List<Item> batch);

    /**
     * A source to be encoded.
     *
     * @param parts the states of {@link Source#parts}, in order
     */
    record Item(Source source, List<States> parts) {}
}
