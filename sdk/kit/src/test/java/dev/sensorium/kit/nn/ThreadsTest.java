package dev.sensorium.kit.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Device;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.types.TFloat32;

class ThreadsTest {

    /** Weights stay packed only in such an operation: without it, products in bfloat16 take up to twice as long. */
    @Test
    void aProductAndItsBiasRunAsOneOperation() {
        try (Graph graph = new Graph();
                TFloat32 x = Batch.ofFloats(Shape.of(2), List.of(new float[] {3, 5}))) {
            Ops tf = Ops.create(graph);
            Operand<TFloat32> input = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, 2)));
            Operand<TFloat32> weights = tf.constant(new float[][] {{2, 0}, {0, -1}});
            Operand<TFloat32> output = tf.nn.biasAdd(
                    tf.linalg.matMul(input, weights, MatMul.transposeB(true)), tf.constant(new float[] {1, 1}));
            RunOptions options =
                    RunOptions.newBuilder().setOutputPartitionGraphs(true).build();
            try (Session session = new Session(graph, new Threads(1, 2).sessionConfig(Device.cpu()));
                    Result result = session.runner()
                            .setOptions(options)
                            .feed(input, x)
                            .fetch(output)
                            .runAndFetchMetadata()) {
                assertThat(Batch.rows(result.get(0)).get(0)).containsExactly(7, -4);
                assertThat(result.getMetadata().orElseThrow().getPartitionGraphsList())
                        .flatExtracting(partition -> partition.getNodeList())
                        .extracting(NodeDef::getOp)
                        .filteredOn(operation -> operation.endsWith("FusedMatMul"))
                        .hasSize(1);
            }
        }
    }
}
