/**
 * DALL-E: draws pictures from words, piece by piece.
 *
 * <p>{@link dev.sensorium.plugin.dalle.DalleProvider} loads checkpoints of {@code model_type} "dallebart", DALL-E mini and
 * mega (Dayma et al. 2021), with the tensors as min-dalle names them and a VQGAN beside them; {@code README.md} says which
 * files there are.
 *
 * <ul>
 *   <li>{@code DalleGraph} is what is computed: {@code DalleBart}, which reads a prompt and draws codes, and {@code Vqgan},
 *       which makes a picture of codes;
 *   <li>{@code PromptReader} makes a prompt the ids of its tokens, by {@code TextTokenizer};
 *   <li>{@code DalleModel} has the kit's token loop draw the codes, beside each other those of the prompt and those of no
 *       prompt, and {@code DrawingSteps} paints them as they are pulled.
 * </ul>
 *
 * <p>Weights in float32, float16 or bfloat16 are computed in float32, with min-dalle's numbers within 1e-4 and its very
 * codes, unless the setting {@code dtype} says {@code bfloat16}; pictures are always painted in float32.
 */
@NullMarked
package dev.sensorium.plugin.dalle;

import org.jspecify.annotations.NullMarked;
