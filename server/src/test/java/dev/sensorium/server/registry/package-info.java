/** Tests of plugins, models and their life, on real jars and folders. */
@NullMarked
package dev.sensorium.server.registry;

import org.jspecify.annotations.NullMarked;
