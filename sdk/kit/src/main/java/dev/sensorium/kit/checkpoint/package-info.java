/**
 * A model's checkpoint folder in Hugging Face layout, read and checked.
 *
 * <ul>
 *   <li>{@link dev.sensorium.kit.checkpoint.HubConfig} reads {@code config.json} and its like: every value is asked for
 *       with its type, its bounds and what its absence means;
 *   <li>{@link dev.sensorium.kit.checkpoint.Weights} holds all tensors of the folder by name, from one file or from
 *       shards;
 *   <li>{@link dev.sensorium.kit.checkpoint.Safetensors} is one such file, memory-mapped tensor by tensor.
 * </ul>
 *
 * <p>Whatever is missing or impossible is a {@link dev.sensorium.spi.ModelException} of the reason
 * {@code INVALID_CHECKPOINT} whose message names the file (never its folder), the offender and what was expected:
 * {@code "config.json: text_config.hidden_size: -3 (expected: >= 1)"}.
 *
 * <p>Opening reads headers only. The values of a tensor are mapped when it is asked for, and paged in when touched; they
 * stay in the file's own type, so a half-precision checkpoint costs half the bytes up to TensorFlow's own tensor.
 *
 * <p>To read another container, give it a class beside {@code Safetensors} and let {@code Weights} choose it by the
 * folder's files.
 */
@NullMarked
package dev.sensorium.kit.checkpoint;

import org.jspecify.annotations.NullMarked;
