package dev.sensorium.plugin.gato.jat;

/** What becomes one token by a layer of its kind. */
@SuppressWarnings("ArrayRecordComponent") // go straight to the network, never compared
sealed interface Sight {

    /**
     * Real numbers: those of an observation and the reward, or those of an action.
     *
     * @param values repeated until they are {@code max_continuous_size}
     */
    record Reals(float[] values) implements Sight {

        /** Returns numbers, repeated until they are so many. */
        static Reals of(float[] numbers, int count) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = numbers[i % numbers.length];
            }
            return new Reals(values);
        }
    }

    /**
     * Integers, and the reward.
     *
     * @param values {@code max_discrete_value} of them
     */
    record Integers(int[] values, float reward) implements Sight {}

    /**
     * A picture of 84 x 84 pixels of 4 channels.
     *
     * @param values row by row, of -1 to 1
     */
    record Picture(float[] values) implements Sight {}
}
