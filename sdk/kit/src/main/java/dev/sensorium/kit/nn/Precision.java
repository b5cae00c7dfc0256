package dev.sensorium.kit.nn;

import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;

/** The type that a network's matrix products are computed in; norms, sums and softmax are always float32. */
public enum Precision {
    /** 32 bits, in which parity with the reference implementations is stated. */
    FLOAT32("float32", TFloat32.class, 4),
    /**
     * 16 bits with float32's range: half the memory and about three significant digits, at about twice the speed on CPUs
     * that have such products.
     */
    BFLOAT16("bfloat16", TBfloat16.class, 2);

    private final String settingName;
    private final Class<? extends TNumber> type;
    private final int bytes;

    Precision(String settingName, Class<? extends TNumber> type, int bytes) {
        this.settingName = settingName;
        this.type = type;
        this.bytes = bytes;
    }

    /** Returns the name used in settings and model cards, such as "float32". */
    public String settingName() {
        return settingName;
    }

    Class<? extends TNumber> type() {
        return type;
    }

    int bytes() {
        return bytes;
    }
}
