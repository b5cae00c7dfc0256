/**
 * The SDK at a prompt: the command {@code sensorium}.
 *
 * <p>{@link dev.sensorium.cli.Main} makes the command line of {@code Sensorium}, the root with the options that all
 * commands share, and one class per command. A command builds its request from its options, calls the SDK, and prints
 * to a {@code Terminal}, which knows where output goes and what can be shown there; {@code Json} prints the same for
 * programs, and {@code Telling} does either for a text that is being generated. {@code Stage} shows what is played, on a
 * {@code Screen} and in a {@code Film}. Failures are thrown, and {@code Failures}
 * makes one line and an exit code of them.
 *
 * <p>The progress bar is our own: the libraries for it bring a terminal library with native code, which costs more at
 * start than everything else here. To add a command, write its class beside the others and name it in {@code Main}.
 */
@NullMarked
package dev.sensorium.cli;

import org.jspecify.annotations.NullMarked;
