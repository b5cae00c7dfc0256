package dev.sensorium.plugin.gato.jat;

/** A half of a timestep: what was observed, or what was done. */
sealed interface Token {

    /** One of the discrete actions, which the decoder's own table embeds. */
    record Choice(int action) implements Token {}

    /** What a layer embeds, once. Used by the loop's thread, once it was handed over. */
    final class Seen implements Token {

        private final Sight sight;
        private float[] state = {};

        Seen(Sight sight) {
            this.sight = sight;
        }

        Sight sight() {
            return sight;
        }

        /** Returns the embedding, (D); nothing until it is known. */
        float[] state() {
            return state;
        }

        void embedded(float[] embedding) {
            state = embedding;
        }
    }
}
