package dev.sensorium.kit.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.tensorflow.EagerSession;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class ActivationTest {

    /** PyTorch's values (torch 2.13, float64) at these points. */
    private static final float[] X = {-3f, -1f, -0.1f, 0f, 0.5f, 2f, 6f};

    @Test
    void quickGelu() {
        assertValues("quick_gelu", -0.0180713, -0.1542042, -0.0457552, 0, 0.3503884, 1.9356586, 5.9997796);
    }

    @Test
    void gelu() {
        assertValues("gelu", -0.0040497, -0.1586553, -0.0460172, 0, 0.3457312, 1.9544997, 6.0000000);
    }

    @Test
    void geluByTanh() {
        assertValues("gelu_new", -0.0036374, -0.1588080, -0.0460172, 0, 0.3457140, 1.9545977, 6.0000000);
        assertValues("gelu_pytorch_tanh", -0.0036374, -0.1588080, -0.0460172, 0, 0.3457140, 1.9545977, 6.0000000);
    }

    @Test
    void silu() {
        assertValues("silu", -0.1422776, -0.2689414, -0.0475021, 0, 0.3112297, 1.7615942, 5.9851642);
    }

    @Test
    void relu() {
        assertValues("relu", 0, 0, 0, 0, 0.5, 2, 6);
    }

    private static void assertValues(String name, double... expected) {
        Activation activation = Objects.requireNonNull(Activation.byName().get(name), name);
        try (EagerSession session = EagerSession.create()) {
            Ops tf = Ops.create(session);
            TFloat32 y = activation.apply(tf, tf.constant(X)).asTensor();
            for (int i = 0; i < expected.length; i++) {
                assertThat((double) y.getFloat(i)).as("%s(%s)", name, X[i]).isEqualTo(expected[i], Offset.offset(2e-7));
            }
        }
    }
}
