package dev.sensorium.kit.nn;

import dev.sensorium.spi.Device;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.RewriterConfig;
import org.tensorflow.proto.RewriterConfig.NumIterationsType;

/**
 * How many threads the process computes with. TensorFlow's pools belong to the process and are made with its first
 * session; see the package's documentation for the system properties.
 *
 * @param intraOp threads that one operation may use
 * @param interOp operations that may run at a time
 */
record Threads(int intraOp, int interOp) {

    private static final String INTRA_OP = "sensorium.intra-op-threads";
    private static final String INTER_OP = "sensorium.inter-op-threads";

    /** Up to so many cores, layers in branches beat operations in threads: no operation waits for another's threads. */
    private static final int MAX_BRANCHES = 4;

    /** TensorFlow optimises each set of operations before their first run; a second time finds nothing in networks. */
    private static final RewriterConfig ONCE = RewriterConfig.newBuilder()
            .setMetaOptimizerIterations(NumIterationsType.ONE)
            .build();

    /** Returns what the system properties say. */
    static Threads ofProcess() {
        int cores = Runtime.getRuntime().availableProcessors();
        return new Threads(property(INTRA_OP, cores <= MAX_BRANCHES ? 1 : cores), property(INTER_OP, cores));
    }

    /** Returns how many parts of a layer are best computed side by side. */
    int branches() {
        return intraOp == 1 ? Math.min(interOp, MAX_BRANCHES) : 1;
    }

    /** Returns the configuration of a session that sees this device. */
    ConfigProto sessionConfig(Device device) {
        boolean gpu = device.kind() == Device.Kind.GPU;
        return ConfigProto.newBuilder()
                .setIntraOpParallelismThreads(intraOp)
                .setInterOpParallelismThreads(interOp)
                .putDeviceCount("CPU", gpu ? 1 : device.index() + 1)
                .putDeviceCount("GPU", gpu ? device.index() + 1 : 0)
                .setGpuOptions(GPUOptions.newBuilder().setAllowGrowth(true))
                .setGraphOptions(GraphOptions.newBuilder().setRewriteOptions(ONCE))
                .build();
    }

    private static int property(String name, int absent) {
        int value = Integer.getInteger(name, absent);
        if (value < 1) {
            throw new IllegalArgumentException("%s: %d (expected: >= 1)".formatted(name, value));
        }
        return value;
    }
}
