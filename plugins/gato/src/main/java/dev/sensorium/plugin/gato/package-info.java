/**
 * Gato: one network that acts in many environments and describes pictures, told which by its prompt (Reed et al. 2022).
 *
 * <p>{@link dev.sensorium.plugin.gato.GatoProvider} loads checkpoints of {@code model_type} "gato": the tensors of
 * transformers' {@code GPT2LMHeadModel}, an embedding of patches of pictures and one of the places inside of a timestep,
 * and in {@code config.json} GPT-2's sizes and the layout of the tokens, whose formulas are the paper's.
 *
 * <ul>
 *   <li>{@code Layout} says which ids mean what, {@code TaskTokens} makes tokens of a task's observations and actions of
 *       tokens;
 *   <li>{@code GatoGraph} is what is computed;
 *   <li>{@code GatoEpisode} is a dialogue with the kit's token loop: the tokens of an observation go in, those of an
 *       action come out. When the context is full, it begins anew with the prompt and the last few timesteps;
 *   <li>{@code Describer} writes about pictures, on the same loop.
 * </ul>
 *
 * <p>Patches go through the paper's residual block of convolutions where a checkpoint has one, else they are projected. No
 * weights of the paper exist; JAT, whose weights do, has a package of its own.
 */
@NullMarked
package dev.sensorium.plugin.gato;

import org.jspecify.annotations.NullMarked;
