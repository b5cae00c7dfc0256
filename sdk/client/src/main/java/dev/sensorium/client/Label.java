package dev.sensorium.client;

import java.util.OptionalDouble;

/**
 * How a content matches one text.
 *
 * @param text the text
 * @param score what the model scores with; for CLIP the cosine similarity times the learnt scale, for BLIP's "itc" the
 *     cosine similarity
 * @param probability from 0 to 1; over all texts of a call together for CLIP, of each by itself for SigLIP and for
 *     BLIP's "itm". Empty if the model's scores are no logits, as those of BLIP's "itc"
 */
public record Label(String text, float score, OptionalDouble probability) {}
