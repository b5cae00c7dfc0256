package dev.sensorium.spi;

import java.util.regex.Pattern;

/**
 * The name and version of a model, as in its folder {@code <name>/<version>}.
 *
 * @param name letters, digits, dots, hyphens and underscores, at most 128
 * @param version like the name, at most 64
 */
public record ModelId(String name, String version) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    public ModelId {
        require(NAME, name, "name");
        require(VERSION, version, "version");
    }

    private static void require(Pattern pattern, String value, String field) {
        if (!pattern.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "model %s: \"%s\" (expected: to match %s)".formatted(field, value, pattern));
        }
    }

    @Override
    public String toString() {
        return name + "/" + version;
    }
}
