/**
 * Tests of the whole: the distribution as a user unpacks it, its server as a process, its command line and stock
 * clients over real sockets. What one room promises is tested in that room.
 */
@NullMarked
package dev.sensorium.deploy;

import org.jspecify.annotations.NullMarked;
