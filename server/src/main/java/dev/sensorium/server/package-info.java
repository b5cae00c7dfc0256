/**
 * What every room of the server uses: {@link dev.sensorium.server.SensoriumConfig}, all that an operator can set, and
 * {@link dev.sensorium.server.ServiceException}, a failure as it is answered to the caller.
 *
 * <p>The rooms are {@code rpc} (the services), {@code registry} (plugins, models and their life), {@code cache} and
 * {@code schedule} (batches and devices). A request goes through them in this order, and none knows one before it.
 *
 * <p>To add a setting, add a method with a default to the config, a line to {@code server/CONFIGURATION.md}, and read it
 * in the constructor of the bean that it is for.
 */
@NullMarked
package dev.sensorium.server;

import org.jspecify.annotations.NullMarked;
