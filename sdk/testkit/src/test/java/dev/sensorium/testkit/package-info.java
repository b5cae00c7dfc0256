/** Tests of the testkit itself: what it lets pass and what it finds. */
@NullMarked
package dev.sensorium.testkit;

import org.jspecify.annotations.NullMarked;
