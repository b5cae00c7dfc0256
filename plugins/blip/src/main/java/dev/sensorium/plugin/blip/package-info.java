/**
 * BLIP: says what is in a picture, answers questions about it, and tells whether a text fits it.
 *
 * <p>{@link dev.sensorium.plugin.blip.BlipProvider} loads checkpoints of {@code model_type} "blip", in the layout in
 * which transformers saves them. Which of three networks one is says {@code architectures} in its {@code config.json}:
 *
 * <ul>
 *   <li>{@code BlipForConditionalGeneration} and {@code BlipForQuestionAnswering} are {@code WritingModel}s. Each has a
 *       {@code WritingGraph}, which is what is computed, and {@code Prompts}, which is what it can be asked;
 *       {@code Writer} has the kit's token loop run it, and the kit's searches choose the tokens;
 *   <li>{@code BlipForImageTextRetrieval} is a {@code RetrievalModel}: it embeds, and matches by either of two heads.
 * </ul>
 *
 * <p>All three are made of {@code BlipVision}, the image tower, and {@code BlipText}, which reads texts, reads them
 * together with a picture, and writes them. Sizes, activations, preprocessing, vocabulary and the tokens that begin and
 * end a text come from the checkpoint's files alone; weights in float32, float16 or bfloat16 are computed in float32,
 * with transformers' numbers within 1e-4 and its very tokens, unless the setting {@code dtype} says {@code bfloat16}.
 *
 * <p>A further class of transformers that writes is a graph, its prompts, and a {@code WritingModel.Kind}.
 */
@NullMarked
package dev.sensorium.plugin.blip;

import org.jspecify.annotations.NullMarked;
