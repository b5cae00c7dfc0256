/**
 * What every plugin is tested with.
 *
 * <p>{@link dev.sensorium.testkit.TinyPlugin} writes plugin jars; {@link dev.sensorium.testkit.echo} is a plugin
 * without a network.
 */
@NullMarked
package dev.sensorium.testkit;

import org.jspecify.annotations.NullMarked;
