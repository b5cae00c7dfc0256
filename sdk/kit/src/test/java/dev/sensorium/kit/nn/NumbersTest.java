package dev.sensorium.kit.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.kit.checkpoint.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.tensorflow.EagerSession;
import org.tensorflow.Operand;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;

/** The conversions agree with TensorFlow's, bit by bit. */
class NumbersTest {

    private static final int ALL_HALVES = 1 << 16;

    @Test
    void readsEveryFloat16() {
        assertSameBits(read(DType.F16, allHalves()), byTensorFlow(TFloat16.class));
    }

    @Test
    void readsEveryBfloat16() {
        assertSameBits(read(DType.BF16, allHalves()), byTensorFlow(TBfloat16.class));
    }

    @Test
    void readsFloat64AsTheNearestFloat32() {
        double[] doubles = {0.1, -1e300, 1e-300, Math.PI, Double.NaN, 16_777_217};
        ByteBuffer bytes = buffer(doubles.length * Double.BYTES);
        bytes.asDoubleBuffer().put(doubles);
        float[] expected = new float[doubles.length];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = (float) doubles[i];
        }
        assertThat(read(DType.F64, bytes)).containsExactly(expected);
    }

    @Test
    void roundsToTheNearestBfloat16() {
        float[] values = hardToRound();
        ByteBuffer target = buffer(values.length * Short.BYTES);
        Numbers.write(FloatBuffer.wrap(values), 1, target, DType.BF16);
        try (EagerSession session = EagerSession.create()) {
            Ops tf = Ops.create(session);
            TBfloat16 rounded =
                    tf.dtypes.cast(tf.constant(values), TBfloat16.class).asTensor();
            float[] expected = new float[values.length];
            for (int i = 0; i < expected.length; i++) {
                expected[i] = rounded.getFloat(i);
            }
            assertSameBits(read(DType.BF16, target), expected);
        }
    }

    @Test
    void multipliesWhatItWrites() {
        ByteBuffer target = buffer(2 * Float.BYTES);
        Numbers.write(FloatBuffer.wrap(new float[] {3, -0.5f}), 0.125f, target, DType.F32);
        assertThat(target.getFloat(0)).isEqualTo(0.375f);
        assertThat(target.getFloat(Float.BYTES)).isEqualTo(-0.0625f);
    }

    /** Random bits, ties of both kinds, subnormals, infinities, and NaN of all ones. */
    private static float[] hardToRound() {
        Random random = new Random(11);
        float[] values = new float[4096];
        for (int i = 0; i < values.length; i++) {
            int bits = random.nextInt();
            values[i] = Float.intBitsToFloat(
                    switch (i % 4) {
                        case 0 -> bits & 0xffff0000 | 0x8000;
                        case 1 -> bits & 0x807fffff;
                        default -> bits;
                    });
        }
        values[0] = Float.POSITIVE_INFINITY;
        values[1] = Float.NEGATIVE_INFINITY;
        values[2] = Float.intBitsToFloat(-1);
        values[3] = Float.MAX_VALUE;
        return values;
    }

    private static ByteBuffer allHalves() {
        ByteBuffer bytes = buffer(ALL_HALVES * Short.BYTES);
        for (int i = 0; i < ALL_HALVES; i++) {
            bytes.putShort(i * Short.BYTES, (short) i);
        }
        return bytes;
    }

    private static <T extends TNumber> float[] byTensorFlow(Class<T> type) {
        byte[] bits = new byte[ALL_HALVES * Short.BYTES];
        allHalves().get(bits);
        try (EagerSession session = EagerSession.create()) {
            Ops tf = Ops.create(session);
            Operand<T> halves = tf.constantOf(Tensor.of(type, Shape.of(ALL_HALVES), DataBuffers.of(bits)));
            TFloat32 floats = tf.dtypes.cast(halves, TFloat32.class).asTensor();
            float[] values = new float[ALL_HALVES];
            floats.asRawTensor().data().asFloats().read(values);
            return values;
        }
    }

    private static float[] read(DType type, ByteBuffer bytes) {
        FloatBuffer floats = Numbers.floats(bytes, type, new float[bytes.remaining() / type.bytes()]);
        float[] values = new float[floats.remaining()];
        floats.get(values);
        return values;
    }

    /** Not a number is not a number, whatever else its bits say. */
    private static void assertSameBits(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(Float.floatToIntBits(actual[i])).as("bits %x", i).isEqualTo(Float.floatToIntBits(expected[i]));
        }
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
