package dev.sensorium.client;

import java.util.List;

/**
 * What a server tells of a plugin, loaded or not.
 *
 * @param name the name of its folder, such as "clip"
 * @param families the model families that it serves
 * @param failure why it, or a part of it, is not in use, for people; empty if all is well
 */
public record PluginDescription(String name, List<String> families, String failure) {

    public PluginDescription {
        families = List.copyOf(families);
    }
}
