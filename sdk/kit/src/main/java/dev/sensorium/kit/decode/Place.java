package dev.sensorium.kit.decode;

import dev.sensorium.spi.ModelException;
import java.util.function.Supplier;

/** Says of failures which part of a request is to blame. */
public final class Place {

    private Place() {}

    /** Returns what is supplied; what it throws is at the part. */
    public static <T> T named(String part, Supplier<T> supplier) {
        try {
            return supplier.get();
        } catch (ModelException e) {
            throw e.at(part);
        }
    }

    /** Returns what is supplied; what it throws is at this place of the list. */
    public static <T> T named(String list, int index, Supplier<T> supplier) {
        return named("%s[%d]".formatted(list, index), supplier);
    }
}
