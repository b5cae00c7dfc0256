package dev.sensorium.kit.nn;

import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.spi.Device;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import org.tensorflow.DeviceSpec;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;

/**
 * A network under construction: a graph that is being laid, and the checkpoint that its weights come from.
 *
 * <pre>{@code
 * try (NetworkBuilder builder = NetworkBuilder.open(options, weights)) {
 *     ClipGraph graph = ClipGraph.lay(config, builder.layers());
 *     return new ClipModel(graph, builder.build());
 * }
 * }</pre>
 *
 * <p>Closing frees the graph unless {@link #build} made a network of it.
 */
public final class NetworkBuilder implements AutoCloseable {

    private final NetworkOptions options;
    private final Graph graph;
    private final Parameters parameters;
    private final Layers layers;
    private boolean built;

    private NetworkBuilder(NetworkOptions options, Graph graph, Weights weights) {
        this.options = options;
        this.graph = graph;
        Ops tf = Ops.create(graph).withDevice(spec(options.device()));
        this.parameters = new Parameters(tf, weights);
        this.layers = new Layers(
                tf, parameters, options.precision(), Threads.ofProcess().branches(), "");
    }

    /** Begins a network whose weights come from this checkpoint. */
    public static NetworkBuilder open(NetworkOptions options, Weights weights) {
        return new NetworkBuilder(options, new Graph(), weights);
    }

    /** Returns the layers at the root of the checkpoint. */
    public Layers layers() {
        return layers;
    }

    /**
     * Copies the weights of all layers used so far onto the device and returns the network.
     *
     * @throws ModelException INTERNAL if TensorFlow refuses, for example because there is no such device
     */
    public Network build() {
        try {
            Session session = new Session(graph, Threads.ofProcess().sessionConfig(options.device()));
            try {
                parameters.assign(session);
                built = true;
                return new Network(graph, session, layers.branches(), options.precision());
            } finally {
                if (!built) {
                    session.close();
                }
            }
        } catch (RuntimeException e) { // TensorFlow's exceptions have no common class of their own
            throw new ModelException(Reason.INTERNAL, "the network cannot be set up on " + options.device(), e);
        }
    }

    @Override
    public void close() {
        if (!built) {
            graph.close();
        }
    }

    private static DeviceSpec spec(Device device) {
        return DeviceSpec.newBuilder()
                .deviceType(device.kind() == Device.Kind.GPU ? DeviceSpec.DeviceType.GPU : DeviceSpec.DeviceType.CPU)
                .deviceIndex(device.index())
                .build();
    }
}
