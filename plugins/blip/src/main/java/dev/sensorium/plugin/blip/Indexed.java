package dev.sensorium.plugin.blip;

import dev.sensorium.spi.ModelException;
import java.util.function.Supplier;

/** Names the item of a list that a message is about. */
final class Indexed {

    private Indexed() {}

    /** Returns what is supplied; the message of what it throws begins with the field and the index. */
    static <T> T at(String field, int index, Supplier<T> supplier) {
        try {
            return supplier.get();
        } catch (ModelException e) {
            throw new ModelException(e.reason(), "%s[%d]: %s".formatted(field, index, e.getMessage()), e);
        }
    }
}
