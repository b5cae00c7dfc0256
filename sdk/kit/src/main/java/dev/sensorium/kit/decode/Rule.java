package dev.sensorium.kit.decode;

/** A rule about what may follow a row, as transformers' {@code LogitsProcessor}. Used by one thread at a time. */
interface Rule {

    /** Changes the scores (V) of what follows; -Infinity leaves a token out. */
    void apply(float[] scores, Tokens tokens);
}
