/**
 * The one token loop: sequences of many requests, decoded together.
 *
 * <p>A {@link dev.sensorium.kit.decode.Search} chooses the tokens of one request, from logits.
 *
 * <p>From logits to text. A model describes its tokens once, by a {@link dev.sensorium.kit.decode.Vocabulary};
 * {@link dev.sensorium.kit.decode.Searches} makes the search of a request from it and the request's decoding, and
 * {@link dev.sensorium.kit.decode.TextStream} makes text of what it chooses. Everything is as in transformers, order and
 * ties included: {@code Sampler} has its warpers, a {@code Rule} is one of its logits processors and {@code RuleSet}
 * their order, {@code BeamSearch} and {@code FinishedBeams} are its beam search. Token ids are equal to those of the
 * reference for greedy decoding and beams; sampling leaves the same probabilities, by a generator of its own. To add a
 * rule, implement {@code Rule}, give it its place in {@code RuleSet}, and add a case to {@code decoding_goldens.py}.
 */
@NullMarked
package dev.sensorium.kit.decode;

import org.jspecify.annotations.NullMarked;
