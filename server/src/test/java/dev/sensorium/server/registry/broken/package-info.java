/** Providers that cannot be used, each for a reason of its own. */
@NullMarked
package dev.sensorium.server.registry.broken;

import org.jspecify.annotations.NullMarked;
