/**
 * What every plugin is tested with, beside tests of its own.
 *
 * <p>{@link dev.sensorium.testkit.ModelContract} and its kin, one for each capability, are what a model promises to the
 * server; a plugin's test implements those of the capabilities that its model has. {@link
 * dev.sensorium.testkit.Golden} compares numbers with those of a reference implementation. {@link
 * dev.sensorium.testkit.TinyCheckpoint} writes checkpoints, right and wrong, {@link dev.sensorium.testkit.Samples}
 * contents, and {@link dev.sensorium.testkit.TinyPlugin} plugin jars; {@link dev.sensorium.testkit.echo} is a plugin
 * without a network.
 *
 * <p>To add a promise, add a test to the contract of its capability, with a message that tells an author what is
 * missing, and break it in {@code ContractsTest}. To add a capability, add its contract and name it in {@link
 * dev.sensorium.testkit.ModelContract#hasTheCapabilitiesItDeclaresAndNoOthers}.
 */
@NullMarked
package dev.sensorium.testkit;

import org.jspecify.annotations.NullMarked;
