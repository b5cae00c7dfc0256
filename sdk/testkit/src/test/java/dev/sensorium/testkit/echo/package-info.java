/** Tests of the plugin without a network. */
@NullMarked
package dev.sensorium.testkit.echo;

import org.jspecify.annotations.NullMarked;
