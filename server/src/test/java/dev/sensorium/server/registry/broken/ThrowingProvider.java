package dev.sensorium.server.registry.broken;

/** Throws in its constructor, with a path in the message. */
public final class ThrowingProvider extends UnloadableProvider {

    /** Throws. */
    public ThrowingProvider() {
        throw new IllegalStateException("no file:/secret/place");
    }

    @Override
    public String family() {
        return "throwing";
    }
}
