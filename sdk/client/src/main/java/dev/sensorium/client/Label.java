package dev.sensorium.client;

/**
 * How a content matches one text.
 *
 * @param text the text
 * @param score the model's logit; for CLIP the cosine similarity times the learnt scale
 * @param probability from 0 to 1; over all texts of a call together for CLIP, of each by itself for SigLIP
 */
public record Label(String text, float score, float probability) {}
