/**
 * A plugin without a network, for tests of whatever serves plugins: family "echo", every capability of the SPI, answers
 * that depend on nothing but the input.
 *
 * <p>{@link dev.sensorium.testkit.echo.EchoProvider} is the entry and documents the keys of its {@code config.json}.
 * {@link dev.sensorium.testkit.echo.EchoGate} holds its batches and its words until a test lets them go. The package
 * stands on the SPI alone, so that {@link dev.sensorium.testkit.TinyPlugin} can pack it as a plugin of its own; it is
 * deliberately not registered by the testkit's jar, which would bring it into every plugin's tests.
 *
 * <p>To add a capability, write its class beside {@link dev.sensorium.testkit.echo.EchoProvider}'s others and let the
 * model of all capabilities delegate to it.
 */
@NullMarked
package dev.sensorium.testkit.echo;

import org.jspecify.annotations.NullMarked;
