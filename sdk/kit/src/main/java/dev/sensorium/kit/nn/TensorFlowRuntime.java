package dev.sensorium.kit.nn;

import dev.sensorium.spi.Device;
import dev.sensorium.spi.SharedRuntime;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;

/** TensorFlow, started by running a graph of one operation: that makes its thread pools and JavaCPP's. */
public final class TensorFlowRuntime implements SharedRuntime {

    @Override
    public String start() {
        Threads threads = Threads.ofProcess();
        try (Graph graph = new Graph();
                Session session = new Session(graph, threads.sessionConfig(Device.cpu()))) {
            Ops tf = Ops.create(graph);
            session.runner()
                    .fetch(tf.math.add(tf.constant(1), tf.constant(1)))
                    .run()
                    .close();
        }
        String lacking = Processor.here().multipliesBfloat16() ? "" : ", on a CPU that has no products in bfloat16";
        return "TensorFlow %s on %d x %d threads%s"
                .formatted(TensorFlow.version(), threads.interOp(), threads.intraOp(), lacking);
    }
}
