package dev.sensorium.client.environment;

import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/** The environments by their names. */
public final class Environments {

    private static final Map<String, Supplier<Environment>> ALL =
            new TreeMap<>(Map.of("cartpole", CartPole::new, "grid", Grid::new, "pendulum", Pendulum::new));

    private Environments() {}

    /** Returns the names in their order. */
    public static SortedSet<String> names() {
        return new TreeSet<>(ALL.keySet());
    }

    /** Returns a new environment; empty if there is none of that name. */
    public static Optional<Environment> named(String name) {
        return Optional.ofNullable(ALL.get(name)).map(Supplier::get);
    }
}
