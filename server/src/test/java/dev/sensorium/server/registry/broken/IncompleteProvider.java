package dev.sensorium.server.registry.broken;

import dev.sensorium.server.registry.absent.Library;

/** Needs a class that its jar lacks. */
public final class IncompleteProvider extends UnloadableProvider {

    @Override
    public String family() {
        return Library.family();
    }
}
