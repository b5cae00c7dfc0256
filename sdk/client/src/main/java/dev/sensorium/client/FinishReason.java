package dev.sensorium.client;

/** Reasons for which a generation ends. */
public enum FinishReason {
    /** The model said so. */
    STOP,
    /** A stop text or a stop token came up. */
    STOP_SEQUENCE,
    /** As many tokens as were asked for were generated. */
    LENGTH,
    /** A reason that this version of the SDK does not know. */
    UNKNOWN
}
