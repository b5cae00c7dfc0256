package dev.sensorium.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of the configuration says what the code says. */
class ConfigurationTest {

    private static final Pattern ROW = Pattern.compile("\\| `(sensorium[^`]*)` \\| (?:`([^`]*)`)? ?\\|.*");

    @Test
    void theTableHoldsEveryKeyWithItsDefault() throws IOException {
        Map<String, String> documented = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("CONFIGURATION.md"))) {
            var row = ROW.matcher(line);
            if (row.matches()) {
                documented.put(row.group(1), row.group(2) == null ? "" : row.group(2));
            }
        }

        assertThat(documented).isEqualTo(keys("sensorium", SensoriumConfig.class));
    }

    private static Map<String, String> keys(String prefix, Class<?> group) {
        Map<String, String> keys = new TreeMap<>();
        for (Method method : group.getMethods()) {
            String key =
                    prefix + "." + method.getName().replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
            if (method.getReturnType().getEnclosingClass() == SensoriumConfig.class) {
                keys.putAll(keys(key, method.getReturnType()));
            } else if (isMapOfMaps(method)) {
                keys.put(key + ".\"NAME\".KEY", "");
            } else if (method.getReturnType() == Optional.class) {
                keys.put(key, "");
            } else {
                keys.put(key, method.getAnnotation(WithDefault.class).value());
            }
        }
        return keys;
    }

    private static boolean isMapOfMaps(Method method) {
        return method.getGenericReturnType() instanceof ParameterizedType type && type.getRawType() == Map.class;
    }
}
