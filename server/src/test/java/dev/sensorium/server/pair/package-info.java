/** A plugin with a matcher that has no embeddings, packed for tests. */
@NullMarked
package dev.sensorium.server.pair;

import org.jspecify.annotations.NullMarked;
