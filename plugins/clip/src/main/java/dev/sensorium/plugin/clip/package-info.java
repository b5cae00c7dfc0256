/**
 * CLIP and SigLIP: pictures, videos and texts as vectors of one space, and how well they go together.
 *
 * <p>{@link dev.sensorium.plugin.clip.ClipProvider} loads checkpoints of {@code model_type} "clip" and
 * {@link dev.sensorium.plugin.clip.SiglipProvider} those of "siglip", in the layout in which transformers saves them.
 * Sizes, activations, preprocessing and vocabulary come from the checkpoint's files alone; weights in float32, float16
 * or bfloat16 are computed in float32, with transformers' numbers within 1e-4, unless the setting {@code dtype} says
 * {@code bfloat16}: then an embedding's cosine with the reference's is at least 0.9998 (at the size of ViT-B/32 its
 * elements are within 2e-3), in half the time.
 *
 * <p>A video is embedded as the mean of its frames' unit embeddings, scaled to unit length: of at most eight frames
 * (setting {@code video_frames}), the middles of equally long stretches of the video, or of those at the rate that a
 * request or the setting {@code video_rate} says. It is given as frames, or as an animated GIF, an MP4 or a WebM file.
 *
 * <p>{@code ClipVision} and {@code ClipText} are the network, {@code ClipGraph} joins them, {@code ClipModel} answers
 * calls; the same again for SigLIP. A variant of either that differs by more than its sizes gets files of its own.
 */
@NullMarked
package dev.sensorium.plugin.clip;

import org.jspecify.annotations.NullMarked;
