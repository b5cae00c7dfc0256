@NullMarked
package dev.sensorium.plugin.blip;

import org.jspecify.annotations.NullMarked;
