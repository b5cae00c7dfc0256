@NullMarked
package dev.sensorium.plugin.gato.jat;

import org.jspecify.annotations.NullMarked;
