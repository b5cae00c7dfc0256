package dev.sensorium.server.registry.absent;

/** A class that is never packed into a plugin. */
public final class Library {

    private Library() {}

    /** Returns a family. */
    public static String family() {
        return "never";
    }
}
