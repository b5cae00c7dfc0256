/** Tests of the SDK against {@link dev.sensorium.client.FakeServer} over real sockets. */
@NullMarked
package dev.sensorium.client;

import org.jspecify.annotations.NullMarked;
