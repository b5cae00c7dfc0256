@NullMarked
package dev.sensorium.plugin.flamingo;

import org.jspecify.annotations.NullMarked;
