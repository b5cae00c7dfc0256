/**
 * Neural networks on TensorFlow: layers that know where their weights lie, and the session that runs them.
 *
 * <ul>
 *   <li>{@link dev.sensorium.kit.nn.NetworkBuilder} lays a graph over a checkpoint and loads the weights it uses;
 *   <li>{@link dev.sensorium.kit.nn.Layers} is a place in the checkpoint and the layers found there; it alone knows the
 *       type of matrix products, the packing of weights and parallel branches, so that a model is written once, in the
 *       terms of its paper;
 *   <li>{@link dev.sensorium.kit.nn.Network} runs the graph, from many threads at once, and frees it;
 *   <li>{@link dev.sensorium.kit.nn.Tower} and {@link dev.sensorium.kit.nn.PatchGrid} are the sizes of a transformer and of
 *       what it sees, as configurations state them;
 *   <li>{@link dev.sensorium.kit.nn.Batch} takes rows of numbers into tensors and back.
 * </ul>
 *
 * <p>A network that generates is laid on {@link dev.sensorium.kit.nn.Rows}, the new tokens of sequences whose keys and
 * values lie in blocks, and {@link dev.sensorium.kit.nn.Memory}, what an encoder made for them; a
 * {@link dev.sensorium.kit.nn.Decoder} runs it. See {@code dev.sensorium.kit.decode}.
 *
 * <p>TensorFlow's thread pools belong to the process and are made with its first session. Two system properties set
 * their sizes: {@code sensorium.intra-op-threads}, the threads that one operation may use, and
 * {@code sensorium.inter-op-threads}, the operations that may run at a time, by default the number of cores. On up to
 * four cores the default is one thread per operation, and layers are computed in as many branches as there are cores
 * (half of the heads and half of the feed-forward layer each, on two): that avoids a wait of all threads after every
 * operation. On more cores it is all cores for every operation.
 *
 * <p>Weights are copied from the checkpoint by all cores and straight into the memory of a few large variables. In
 * bfloat16 they stay as they lie, (out, in), and on CPUs with oneDNN the environment variable
 * {@code TF_ONEDNN_ASSUME_FROZEN_WEIGHTS=1} keeps them packed between runs, which the weights of a
 * {@link dev.sensorium.kit.nn.Network} allow: they never change (what does change, the blocks of a decoder, is never the
 * second factor of a {@code MatMul}). It takes their memory a second time; a step of a decoder takes about half the time,
 * a tower 0.9 of it. The variable must be set before the process starts, as the server's launcher does. In float32
 * nothing is packed, for the packed order would depend on the number of rows, and change with it; there matrices are
 * transposed on their way, which takes 0.7 to 0.9 of the time of the other order in every run.
 *
 * <p>Without {@code TF_ENABLE_ONEDNN_OPTS=1}, TensorFlow uses oneDNN only on CPUs with instructions for neural networks. On
 * one with AVX2 alone, a decoder of GPT-2's small size writes 1.3 times as many tokens with it, and a tower takes 0.8 to
 * 0.9 of the time for a batch of 32.
 *
 * <p>Closing a network returns its memory to TensorFlow's pool, which the next network is loaded into: the process stays
 * as large as it was at its largest, and grows no further.
 *
 * <p>To add a layer, give {@code Layers} a method that states each weight's name and shape, its input's and output's
 * shape and the source of its formula, and compare it in a test with numbers of the reference implementation.
 */
@NullMarked
package dev.sensorium.kit.nn;

import org.jspecify.annotations.NullMarked;
