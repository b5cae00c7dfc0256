/** A plugin whose models misbehave as their config.json says. */
@NullMarked
package dev.sensorium.server.registry.quirky;

import org.jspecify.annotations.NullMarked;
