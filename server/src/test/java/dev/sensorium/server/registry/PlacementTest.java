package dev.sensorium.server.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sensorium.server.registry.Placement.Place;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models go where the fewest bytes are. */
class PlacementTest {

    @Test
    void theDeviceWithTheFewestBytesIsChosen() {
        Placement placement = new Placement(List.of("gpu:0", "gpu:1"));

        Place big = placement.place(device -> 100);
        Place small = placement.place(device -> 10);
        Place third = placement.place(device -> 10);
        placement.free(big);
        Place fourth = placement.place(device -> 1);

        assertThat(List.of(big, small, third, fourth))
                .extracting(place -> place.device().toString())
                .containsExactly("gpu:0", "gpu:1", "gpu:1", "gpu:0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tpu:0", "cpu", "cpu:-1", "gpu:99999", ""})
    void aDeviceThatIsNoneIsRefused(String device) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Placement(List.of(device)))
                .withMessage("sensorium.devices: \"%s\" (expected: one such as cpu:0 or gpu:0)", device);
    }
}
