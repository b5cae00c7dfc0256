/** Tests of the contract itself: what its values refuse, and that it changes only knowingly. */
@NullMarked
package dev.sensorium.spi;

import org.jspecify.annotations.NullMarked;
