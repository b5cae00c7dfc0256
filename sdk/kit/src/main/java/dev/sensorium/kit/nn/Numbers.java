package dev.sensorium.kit.nn;

import dev.sensorium.kit.checkpoint.DType;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/** Stored numbers as float32, and float32 as what networks compute in; all buffers are little-endian. */
final class Numbers {

    private Numbers() {}

    /**
     * Returns all numbers of a source of this type.
     *
     * @param scratch where they may be put, an array of at least their number
     */
    static FloatBuffer floats(ByteBuffer source, DType type, float[] scratch) {
        if (type == DType.F32) {
            return source.asFloatBuffer();
        }
        int count = source.remaining() / type.bytes();
        switch (type) {
            case F64 -> {
                DoubleBuffer doubles = source.asDoubleBuffer();
                for (int i = 0; i < count; i++) {
                    scratch[i] = (float) doubles.get(i);
                }
            }
            case F16 -> {
                ShortBuffer halves = source.asShortBuffer();
                for (int i = 0; i < count; i++) {
                    scratch[i] = ofFloat16(halves.get(i));
                }
            }
            case BF16 -> {
                ShortBuffer halves = source.asShortBuffer();
                for (int i = 0; i < count; i++) {
                    scratch[i] = Float.intBitsToFloat(halves.get(i) << 16);
                }
            }
            default -> throw new IllegalArgumentException("dtype " + type + " (expected: a floating-point type)");
        }
        return FloatBuffer.wrap(scratch, 0, count);
    }

    /** Writes numbers, multiplied, to a target as this type, F32 or BF16. */
    static void write(FloatBuffer values, float scale, ByteBuffer target, DType type) {
        int count = values.remaining();
        if (type == DType.F32) {
            FloatBuffer floats = target.asFloatBuffer();
            for (int i = 0; i < count; i++) {
                floats.put(i, values.get(i) * scale);
            }
            return;
        }
        ShortBuffer halves = target.asShortBuffer();
        for (int i = 0; i < count; i++) {
            halves.put(i, toBfloat16(values.get(i) * scale));
        }
    }

    /** Returns the number that IEEE 754's binary16 writes so. */
    private static float ofFloat16(short half) {
        int exponent = half & 0x7c00;
        int magnitude = (half & 0x7fff) << 13;
        if (exponent == 0) {
            magnitude = Float.floatToRawIntBits(Float.intBitsToFloat(magnitude + (113 << 23)) - 0x1p-14f);
        } else {
            // The difference of the exponents' biases, 127 - 15; twice that for what is not finite.
            magnitude += exponent == 0x7c00 ? 224 << 23 : 112 << 23;
        }
        return Float.intBitsToFloat((half & 0x8000) << 16 | magnitude);
    }

    /** Returns the nearest bfloat16, the even one of two equally near ones. */
    private static short toBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        boolean number = (bits & 0x7fffffff) <= 0x7f800000;
        return (short) (number ? bits + 0x7fff + (bits >>> 16 & 1) >>> 16 : bits >>> 16 | 0x40);
    }
}
