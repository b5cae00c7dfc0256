package dev.sensorium.kit.decode;

import dev.sensorium.spi.ModelException;
import java.util.function.Supplier;

/** Says in messages which part of a request they are about. */
public final class Place {

    private Place() {}

    /** Returns what is supplied; the message of what it throws begins with the name of the part. */
    public static <T> T named(String part, Supplier<T> supplier) {
        try {
            return supplier.get();
        } catch (ModelException e) {
            throw new ModelException(e.reason(), "%s: %s".formatted(part, e.getMessage()), e);
        }
    }

    /** Returns what is supplied; the message of what it throws begins with the name of the list and the index. */
    public static <T> T named(String list, int index, Supplier<T> supplier) {
        return named("%s[%d]".formatted(list, index), supplier);
    }
}
