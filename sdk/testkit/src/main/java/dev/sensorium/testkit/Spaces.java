package dev.sensorium.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Policy.Space;
import java.util.ArrayList;
import java.util.List;

/** Values of spaces of control. */
final class Spaces {

    private Spaces() {}

    static List<Float> middle(Space space) {
        if (space instanceof Space.Discrete discrete) {
            return List.of((float) (discrete.size() / 2));
        }
        Space.Box box = (Space.Box) space;
        List<Float> values = new ArrayList<>();
        for (int i = 0; i < box.low().size(); i++) {
            values.add((box.low().get(i) + box.high().get(i)) / 2);
        }
        return values;
    }

    static void assertWithin(String what, List<Float> values, Space space) {
        if (space instanceof Space.Discrete discrete) {
            assertThat(values)
                    .as("%s: one of 0 to %d", what, discrete.size() - 1)
                    .hasSize(1)
                    .allMatch(value -> value >= 0 && value < discrete.size() && value == Math.rint(value));
            return;
        }
        Space.Box box = (Space.Box) space;
        assertThat(values)
                .as("%s: one number per dimension", what)
                .hasSize(box.low().size());
        for (int i = 0; i < values.size(); i++) {
            assertThat(values.get(i))
                    .as("%s[%d]", what, i)
                    .isBetween(box.low().get(i), box.high().get(i));
        }
    }
}
