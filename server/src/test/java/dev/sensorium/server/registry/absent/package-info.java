/** A library that a plugin needs and does not bring. */
@NullMarked
package dev.sensorium.server.registry.absent;

import org.jspecify.annotations.NullMarked;
