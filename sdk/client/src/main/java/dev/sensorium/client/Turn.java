package dev.sensorium.client;

import java.util.List;

/**
 * What one side of a conversation says.
 *
 * @param role whose turn it is
 * @param contents what is said, in its order, at least one
 */
public record Turn(Role role, List<Content> contents) {

    /** The sides of a conversation. */
    public enum Role {
        /** Who sets the rules. */
        SYSTEM,
        /** Who asks. */
        USER,
        /** Who answers. */
        MODEL
    }

    public Turn {
        contents = List.copyOf(contents);
    }
}
