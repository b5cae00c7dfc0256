package dev.sensorium.kit.image;

/** A kernel by which pixels are weighted when a picture is resized, as in Pillow's Resample.c. */
public enum ResampleFilter {
    NEAREST(0, 0) {
        @Override
        double weight(double x) {
            return 0; // takes one pixel, weighs none
        }
    },
    BILINEAR(2, 1) {
        @Override
        double weight(double x) {
            double distance = Math.abs(x);
            return distance < 1 ? 1 - distance : 0;
        }
    },
    /** Keys' cubic with a = -0.5. */
    BICUBIC(3, 2) {
        @Override
        double weight(double x) {
            double a = -0.5;
            double distance = Math.abs(x);
            if (distance < 1) {
                return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
            }
            return distance < 2 ? (((distance - 5) * distance + 8) * distance - 4) * a : 0;
        }
    },
    LANCZOS(1, 3) {
        @Override
        double weight(double x) {
            return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
        }
    };

    private final int code;
    private final double support;

    ResampleFilter(int code, double support) {
        this.code = code;
        this.support = support;
    }

    /** Returns the number that stands for this filter in {@code preprocessor_config.json}. */
    int code() {
        return code;
    }

    /** Returns the distance beyond which the weight is zero. */
    double support() {
        return support;
    }

    /** Returns the weight of a pixel at this distance, before all weights are brought to the sum of one. */
    abstract double weight(double x);

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
    }
}
