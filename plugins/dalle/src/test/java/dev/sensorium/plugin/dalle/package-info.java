@NullMarked
package dev.sensorium.plugin.dalle;

import org.jspecify.annotations.NullMarked;
