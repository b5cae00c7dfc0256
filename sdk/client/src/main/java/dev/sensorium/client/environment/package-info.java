/**
 * Environments to play in, with the conventions of Gymnasium: {@code reset} begins an episode, {@code step} goes on until it
 * is terminated or truncated, and spaces say what can be perceived and done.
 *
 * {@snippet lang=java :
 * Environment environment = Environments.named("cartpole").orElseThrow();
 * Observation observation = environment.reset(7);
 * try (var episode = sensorium.act(environment.task())) {
 *     while (true) {
 *         Step step = environment.step(episode.act(observation).action());
 *         if (step.over()) {
 *             break;
 *         }
 *         observation = step.observation();
 *     }
 * }
 * }
 *
 * <p>All chance comes from {@code Draws}, so a seed means the same episode here and where the demo checkpoint was trained.
 * To add an environment, implement {@link dev.sensorium.client.environment.Environment} and name it in
 * {@link dev.sensorium.client.environment.Environments}.
 */
@NullMarked
package dev.sensorium.client.environment;

import org.jspecify.annotations.NullMarked;
