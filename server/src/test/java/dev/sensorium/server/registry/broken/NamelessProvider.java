package dev.sensorium.server.registry.broken;

/** Has a family without a name. */
public final class NamelessProvider extends UnloadableProvider {

    @Override
    public String family() {
        return " ";
    }
}
