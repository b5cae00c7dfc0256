/** Tests of the environments. */
@NullMarked
package dev.sensorium.client.environment;

import org.jspecify.annotations.NullMarked;
