/**
 * JAT: the open reproduction of Gato with published weights (Gallouédec et al. 2024), one network for many environments.
 *
 * <p>{@link dev.sensorium.plugin.gato.jat.JatProvider} loads checkpoints of {@code model_type} "jat": GPT-Neo's blocks, whose
 * attention is not scaled and in every other layer sees the last few tokens only. A timestep is two tokens, whatever its
 * size: the observation with the reward before it, and the action.
 *
 * <ul>
 *   <li>{@code Sights} and {@code Deeds} say what a task's observations and actions are to the network;
 *   <li>{@code JatGraph} is what is computed, {@code JatEncoder} the part of it that makes tokens of observations;
 *   <li>{@code History} is what the network sees of an episode, as the reference's {@code get_next_action} has it: the
 *       last observation is read once more beside the action that followed, and the oldest timesteps are forgotten, which
 *       moves the positions of what comes;
 *   <li>{@code JatLoop} reads what all episodes observe meanwhile in one run.
 * </ul>
 */
@NullMarked
package dev.sensorium.plugin.gato.jat;

import org.jspecify.annotations.NullMarked;
