@NullMarked
package dev.sensorium.kit.decode;

import org.jspecify.annotations.NullMarked;
