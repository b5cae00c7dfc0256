/**
 * The one token loop: sequences of many requests, decoded together.
 *
 * <p>A {@link dev.sensorium.kit.decode.Search} chooses the tokens of one request, from logits.
 */
@NullMarked
package dev.sensorium.kit.decode;

import org.jspecify.annotations.NullMarked;
