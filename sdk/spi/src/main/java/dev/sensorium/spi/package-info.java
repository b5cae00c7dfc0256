/**
 * What a model is to Sensorium: the contract between the server and the plugins, on the JDK alone.
 *
 * <p>A plugin is a jar with a {@link dev.sensorium.spi.ModelProvider} named in
 * {@code META-INF/services/dev.sensorium.spi.ModelProvider}. The provider says which {@code model_type} of a
 * {@code config.json} it reads, how many bytes a checkpoint will take, and loads it into a
 * {@link dev.sensorium.spi.Model}. A model implements the capabilities it has:
 *
 * <ul>
 *   <li>{@link dev.sensorium.spi.Embedder} turns text, images or video into vectors;
 *   <li>{@link dev.sensorium.spi.Matcher} scores contents against texts; a {@link dev.sensorium.spi.DualEncoder} is
 *       both, its score being a function of two embeddings;
 *   <li>{@link dev.sensorium.spi.Generator} continues a {@link dev.sensorium.spi.Prompt} of interleaved content with
 *       text, as a {@link dev.sensorium.spi.Decoding} says, in {@link dev.sensorium.spi.Steps} that are pulled;
 *   <li>{@link dev.sensorium.spi.ImageGenerator} draws pictures from words;
 *   <li>{@link dev.sensorium.spi.Policy} answers observations with actions.
 * </ul>
 *
 * <p>The server owns everything else: the lifecycle, devices, batching, caching, streaming, limits and errors. Model
 * code never sees a lifecycle state; it is called between the return of {@code load} and the call of {@code close},
 * from many threads at once. Bad input is reported by a {@link dev.sensorium.spi.ModelException} whose message names
 * the offender and what was expected, as in {@code "tokens: 91 (expected: <= 77)"}.
 *
 * <p>To add a capability, add an interface here, permit it in {@link dev.sensorium.spi.Capability}, teach the contract
 * test of the testkit what it promises, and give it a service on the wire.
 */
@NullMarked
package dev.sensorium.spi;

import org.jspecify.annotations.NullMarked;
