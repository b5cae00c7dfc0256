package dev.sensorium.spi;

import dev.sensorium.spi.ModelException.Reason;
import java.util.Map;
import java.util.regex.Pattern;

/** The checks of parts by name. */
final class Parts {

    private static final int MOST = 256;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");

    private Parts() {}

    /** Checks that there are parts, not too many, with names that can be told in messages. */
    static void checkSpaces(String field, Map<String, Space> spaces) {
        if (spaces.isEmpty() || spaces.size() > MOST) {
            throw invalid(field, "%d parts (expected: 1 to %d)".formatted(spaces.size(), MOST));
        }
        for (String name : spaces.keySet()) {
            if (!NAME.matcher(name).matches()) {
                throw invalid(field, "a part named \"%s\" (expected: to match %s)".formatted(name, NAME));
            }
        }
    }

    /** Checks that the values are those of all the spaces and lie in them. */
    static void check(String field, Map<String, Space> spaces, Map<String, Value> values) {
        for (Map.Entry<String, Space> part : spaces.entrySet()) {
            String name = "%s[\"%s\"]".formatted(field, part.getKey());
            Value value = values.get(part.getKey());
            if (value == null) {
                throw invalid(name, "missing (expected: a value)");
            }
            part.getValue().check(name, value);
        }
        for (String part : values.keySet()) {
            if (!spaces.containsKey(part)) {
                throw invalid(
                        "%s[\"%s\"]".formatted(field, part),
                        "unknown (expected: one of %s)".formatted(spaces.keySet()));
            }
        }
    }

    private static ModelException invalid(String part, String problem) {
        return new ModelException(Reason.INVALID_INPUT, problem).at(part);
    }
}
