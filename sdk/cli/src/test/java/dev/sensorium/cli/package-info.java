/** Tests of the command line, run in this process against a server on a real socket. */
@NullMarked
package dev.sensorium.cli;

import org.jspecify.annotations.NullMarked;
