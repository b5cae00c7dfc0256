/**
 * Flamingo: goes on from prompts of pictures, videos and texts, and learns from the examples in them.
 *
 * <p>{@link dev.sensorium.plugin.flamingo.FlamingoProvider} loads checkpoints of {@code model_type} "idefics", the open
 * Flamingo, in the layout in which transformers saves {@code IdeficsForVisionText2Text}; shards included.
 *
 * <ul>
 *   <li>{@code FlamingoGraph} is what is computed: {@code FlamingoVision}, the image tower; {@code Perceiver}, which makes
 *       few states of many; {@code FlamingoText}, a LLaMA with gated layers that see the pictures;
 *   <li>{@code PromptReader} makes a prompt one text in which pictures are tokens, by {@code PromptText}, and says which
 *       picture each token sees;
 *   <li>{@code Writer} has the kit's token loop run it, and the kit's searches choose the tokens.
 * </ul>
 *
 * <p>Sizes, activations, preprocessing, vocabulary and the tokens of pictures and turns come from the checkpoint's files
 * alone; weights in float32, float16 or bfloat16 are computed in float32, with transformers' numbers within 1e-4 and its
 * very tokens, unless the setting {@code dtype} says {@code bfloat16}.
 */
@NullMarked
package dev.sensorium.plugin.flamingo;

import org.jspecify.annotations.NullMarked;
