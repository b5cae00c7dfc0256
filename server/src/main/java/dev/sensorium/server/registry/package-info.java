/**
 * Plugins, models and their life.
 *
 * <p>{@code PluginCatalog} opens the plugins, each in a class loader of its own; {@code ModelRepository} finds the
 * checkpoints; {@link dev.sensorium.server.registry.ModelRegistry} brings the two together: it loads every model in the
 * background, tells its {@link dev.sensorium.server.registry.ModelState} to a
 * {@link dev.sensorium.server.registry.ModelListener}, and gives a {@link dev.sensorium.server.registry.Lease} on a
 * model that is ready and meets a {@link dev.sensorium.server.registry.Need}. What goes wrong with one plugin or model is kept as its failure and stops no other.
 *
 * <p>To change how a model gets ready, see {@code ModelLoader}, one method per step; to change where checkpoints are
 * looked for, see {@code ModelRepository}.
 */
@NullMarked
package dev.sensorium.server.registry;

import org.jspecify.annotations.NullMarked;
