package dev.sensorium.server.registry;

import java.util.List;

/**
 * What there is to tell about a plugin.
 *
 * @param name its folder's
 * @param families the families that it serves
 * @param failure why it, or one of its providers, is not in use; empty if all is well
 */
public record PluginStatus(String name, List<String> families, String failure) {

    public PluginStatus {
        families = List.copyOf(families);
    }
}
