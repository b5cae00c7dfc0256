package dev.sensorium.kit.decode;

/** Who chooses one token among those that the rules leave. Used by one thread at a time. */
interface Chooser {

    /** The most likely token, always; the first of equals. */
    Chooser GREEDY = Logits::best;

    /** Returns a token, or -1 if the scores (V) leave none. Does not change the scores. */
    int choose(float[] scores);
}
