package dev.sensorium.server.registry;

import dev.sensorium.spi.Device;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which model goes on which device: each on the one with the fewest bytes so far, the first of equals. */
final class Placement {

    private static final Pattern DEVICE = Pattern.compile("(cpu|gpu):(\\d{1,4})");

    private final Map<Device, Long> bytes = new LinkedHashMap<>();

    /** A model's place. */
    record Place(Device device, long bytes) {}

    /**
     * Places on these devices.
     *
     * @throws IllegalArgumentException if one is not written as "cpu:0" or "gpu:0", or there is none
     */
    Placement(List<String> devices) {
        for (String device : devices) {
            bytes.put(parse(device), 0L);
        }
        if (bytes.isEmpty()) {
            throw new IllegalArgumentException("sensorium.devices: none (expected: one such as cpu:0)");
        }
    }

    private static Device parse(String device) {
        Matcher parts = DEVICE.matcher(device);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "sensorium.devices: \"%s\" (expected: one such as cpu:0 or gpu:0)".formatted(device));
        }
        Device.Kind kind = Device.Kind.valueOf(parts.group(1).toUpperCase(Locale.ROOT));
        return new Device(kind, Integer.parseInt(parts.group(2)));
    }

    /** Chooses the device for a model, and counts the bytes that it is estimated to take there. */
    synchronized Place place(ToLongFunction<Device> estimate) {
        Device device = bytes.entrySet().stream()
                .min(Comparator.comparingLong(Map.Entry::getValue))
                .map(Map.Entry::getKey)
                .orElseThrow();
        Place place = new Place(device, estimate.applyAsLong(device));
        bytes.merge(device, place.bytes(), Long::sum);
        return place;
    }

    /** Gives the bytes of a place back. */
    synchronized void free(Place place) {
        bytes.merge(place.device(), -place.bytes(), Long::sum);
    }
}
