/**
 * The services on the wire: one class per proto service, and the only package that knows the proto.
 *
 * <p>A service begins a {@code Call} and takes its steps: read the request, lease the model, hand its items to an
 * {@code OrderedWindow}, answer. {@code ContentReader} and {@code Wire} map between the wire and the SPI,
 * {@code Violations} collects what is wrong with a request, and {@code ErrorInterceptor} turns whatever is thrown into
 * a status with details, once for all services.
 *
 * <p>To add a method, write a class for its call beside {@code EmbedCall}: it maps, leases, streams, and nothing else.
 */
@NullMarked
package dev.sensorium.server.rpc;

import org.jspecify.annotations.NullMarked;
