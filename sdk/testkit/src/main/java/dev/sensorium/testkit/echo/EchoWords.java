package dev.sensorium.testkit.echo;

/** The tokens of an echo model: a word's is its hash. */
final class EchoWords {

    /** The largest token. */
    static final int LARGEST = 0xffff;

    /** The token that ends a text. */
    static final int END = 0;

    private EchoWords() {}

    static int token(String word) {
        return word.hashCode() & LARGEST;
    }
}
