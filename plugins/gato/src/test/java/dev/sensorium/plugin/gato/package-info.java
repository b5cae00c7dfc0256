@NullMarked
package dev.sensorium.plugin.gato;

import org.jspecify.annotations.NullMarked;
