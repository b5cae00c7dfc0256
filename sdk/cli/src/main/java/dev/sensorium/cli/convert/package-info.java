/** Checkpoints of other formats, rewritten as folders that the server takes. Reads tensors and runs nothing. */
@NullMarked
package dev.sensorium.cli.convert;

import org.jspecify.annotations.NullMarked;
