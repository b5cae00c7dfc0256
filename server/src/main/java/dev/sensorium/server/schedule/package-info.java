/**
 * Who runs when and where, and who is turned away.
 *
 * <p>{@link dev.sensorium.server.schedule.Scheduler} makes a loaded model a
 * {@link dev.sensorium.server.schedule.ServedModel}, which takes items one by one. Behind it a {@code Batcher} has them
 * prepared by a bounded pool, joins what waits into batches, and runs those with a permit of the {@code DeviceBroker}.
 * Waiting is bounded and fair: callers are served in turn, one item each, in every queue.
 *
 * <p>Generations are not batched here but by the model, step by step: a {@code GenerationQueue} only bounds how many
 * texts and pictures it is given, in order, and hands each on as a {@link dev.sensorium.server.schedule.Generation}.
 * Episodes are not even queued, as they may last for any time: a {@code BoundedPolicy} turns away those beyond a bound.
 *
 * <p>An item is cancelled by cancelling its future; nothing here knows deadlines. To schedule another capability, write
 * a {@code Kernel} for it and give it a batcher in {@code ServedModel}.
 */
@NullMarked
package dev.sensorium.server.schedule;

import org.jspecify.annotations.NullMarked;
