/** A plugin with a matcher of several heads, packed for tests. */
@NullMarked
package dev.sensorium.server.heads;

import org.jspecify.annotations.NullMarked;
