/** Tests of the wire contract as it is written, beside the code that is generated from it. */
@NullMarked
package dev.sensorium.proto;

import org.jspecify.annotations.NullMarked;
