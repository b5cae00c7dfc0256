@NullMarked
package dev.sensorium.plugin.clip;

import org.jspecify.annotations.NullMarked;
