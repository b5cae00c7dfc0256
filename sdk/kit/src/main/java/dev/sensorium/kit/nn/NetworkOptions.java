package dev.sensorium.kit.nn;

import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.spi.Device;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where and how a network computes.
 *
 * @param device the device that holds its weights and runs it
 * @param precision the type of its matrix products
 */
public record NetworkOptions(Device device, Precision precision) {

    private static final String DTYPE = "dtype";

    /** What TensorFlow keeps beside the weights: graphs, executors and the activations of a batch. */
    private static final long OVERHEAD_BYTES = 64L << 20;

    /** Whether oneDNN keeps the weights of bfloat16 products in its own order as well, once they are used. */
    private static final String FROZEN_WEIGHTS = "TF_ONEDNN_ASSUME_FROZEN_WEIGHTS";

    /** Returns float32 on the first CPU device. */
    public static NetworkOptions cpu() {
        return new NetworkOptions(Device.cpu(), Precision.FLOAT32);
    }

    /**
     * Returns what a spec asks for: its device, and the setting "dtype" ("float32" by default, or "bfloat16").
     *
     * <p>On a CPU without products in bfloat16, float32 is faster and more exact, and takes the memory that bfloat16 and
     * its packed weights would. So it is what "bfloat16" means there, unless the environment asks for no packed weights,
     * with {@code TF_ONEDNN_ASSUME_FROZEN_WEIGHTS=0}: then memory counts more.
     *
     * @param others the keys of further settings that the model has
     * @throws ModelException INVALID_CHECKPOINT if a setting is unknown or "dtype" has another value
     */
    public static NetworkOptions of(ModelSpec spec, String... others) {
        Set<String> known = new TreeSet<>(List.of(others));
        known.add(DTYPE);
        for (Map.Entry<String, String> setting : spec.settings().entrySet()) {
            if (!known.contains(setting.getKey())) {
                throw invalid("setting \"%s\" (expected: one of %s)".formatted(setting.getKey(), known));
            }
        }
        String dtype = spec.settings().getOrDefault(DTYPE, Precision.FLOAT32.settingName());
        return new NetworkOptions(spec.device(), computed(precision(dtype), spec.device()));
    }

    /** Returns an upper estimate of the bytes that a network of these weights takes once it is loaded and used. */
    public long estimateBytes(Weights weights) {
        long bytes = weights.parameters() * precision.bytes();
        boolean packed = device.kind() == Device.Kind.CPU && precision == Precision.BFLOAT16 && frozenWeights();
        return bytes * (packed ? 2 : 1) + OVERHEAD_BYTES;
    }

    private static boolean frozenWeights() {
        String value = System.getenv().getOrDefault(FROZEN_WEIGHTS, "0");
        return value.equals("1") || value.equalsIgnoreCase("true");
    }

    /** Returns what is computed in where a precision is asked for. */
    private static Precision computed(Precision asked, Device device) {
        boolean slow = device.kind() == Device.Kind.CPU && !Processor.here().multipliesBfloat16();
        boolean sparing = System.getenv(FROZEN_WEIGHTS) != null && !frozenWeights();
        return slow && !sparing ? Precision.FLOAT32 : asked;
    }

    private static Precision precision(String dtype) {
        return Arrays.stream(Precision.values())
                .filter(precision -> precision.settingName().equals(dtype))
                .findFirst()
                .orElseThrow(() -> invalid("setting \"dtype\": \"%s\" (expected: one of %s)"
                        .formatted(
                                dtype,
                                Arrays.stream(Precision.values())
                                        .map(Precision::settingName)
                                        .toList())));
    }

    private static ModelException invalid(String message) {
        return new ModelException(Reason.INVALID_CHECKPOINT, message);
    }
}
