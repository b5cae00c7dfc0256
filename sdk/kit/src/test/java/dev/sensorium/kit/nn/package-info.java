@NullMarked
package dev.sensorium.kit.nn;

import org.jspecify.annotations.NullMarked;
