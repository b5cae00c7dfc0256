/**
 * The one token loop: sequences of many requests, decoded together.
 *
 * <ul>
 *   <li>{@link dev.sensorium.kit.decode.TokenLoop} is the loop of one model: admits requests, encodes, reads prompts and
 *       decodes, in bounded pieces;
 *   <li>a {@link dev.sensorium.kit.decode.Search} chooses the tokens of one request, from logits;
 *   <li>an {@link dev.sensorium.kit.decode.Encoder} makes states of the {@link dev.sensorium.kit.decode.Source}s that the
 *       decoder attends to, such as pictures;
 *   <li>an {@link dev.sensorium.kit.decode.Output} turns tokens into what the caller pulls: a
 *       {@link dev.sensorium.kit.decode.TextOutput} into text;
 *   <li>a {@link dev.sensorium.kit.decode.Dialogue} is a row that stays open: it is given tokens and asked for others in
 *       turns, as an episode of control has it, beside all other requests.
 * </ul>
 *
 * <p>What most models that write need besides: {@link dev.sensorium.kit.decode.GenerationConfig} reads how a checkpoint's
 * tokens are chosen, {@link dev.sensorium.kit.decode.PicturePrompt} prompts of one picture,
 * {@link dev.sensorium.kit.decode.PictureSource} is a picture to attend to, and {@link dev.sensorium.kit.decode.Place} has
 * messages say which part of a request they are about.
 *
 * <p>A model lays its decoder once, on the {@code Rows} of a step and the {@code Memory} of its encoder:
 *
 * <pre>{@code
 * LoopOptions options = LoopOptions.of(spec, 512);
 * Layers at = builder.layers();
 * Rows rows = Rows.of(at, options.cache());
 * Memory memory = Memory.of(at, options.memory(577), 768);
 * Operand<TFloat32> states = text.decode(at.in("text_decoder.bert"), rows, memory);
 * Decoder decoder = Decoder.of(at, rows, memory, states, x -> text.logits(at.in("text_decoder.cls"), x));
 * Network network = builder.build();
 * TokenLoop loop = TokenLoop.start(network, decoder, encoder, options);
 * ...
 * Opening opening = new Opening(ids, picture);
 * Search search = Searches.of(decoding, vocabulary, ids);
 * Output<Generator.Step> output = TextOutput.of(vocabulary, decoding);
 * Steps<Generator.Step> steps = loop.generate(List.of(opening), search, decoding.length().max(), output);
 * Steps<Generator.Score> scores = loop.score(opening, texts);
 * }</pre>
 *
 * <p>where a layer of {@code text} is
 *
 * <pre>{@code
 * x = norm(at.add(x, at.in("attention").cachedAttention(x, heads, AttentionNames.BERT, rows)));
 * x = norm(at.add(x, at.in("crossattention").crossAttention(x, heads, AttentionNames.BERT, memory)));
 * x = norm(at.add(x, at.feedForward(x, inner, GELU, "intermediate.dense", "output.dense")));
 * }</pre>
 *
 * <p>A decoder may see several things, such as the pictures of a prompt, one of them from each token: its memory is
 * {@code Memory.ofParts}, a source has what it consists of as parts, an {@code Opening} says which of them each token sees,
 * and a layer attends to what it keeps of them:
 *
 * <pre>{@code
 * Operand<TFloat32> k = memory.kept(states -> at.projection(states, "k_proj", width));
 * Operand<TFloat32> v = memory.kept(states -> at.projection(states, "v_proj", width));
 * x = at.attend(at.projection(x, "q_proj", width), k, v, heads, memory.partMask());
 * }</pre>
 *
 * <p>Prompts that begin with the same tokens, which see sources of the same keys, share the keys and values of their first
 * blocks, also with prompts that were read before: what is kept lies in blocks that no request needs, and goes when they are
 * short. The output is that of prompts read anew; {@link dev.sensorium.kit.decode.LoopStatus#reusedTokens} counts,
 * and each generation's usage says it.
 *
 * <p>What the loop takes of memory beside the weights is {@code options.cache().bytes(2 * layers * width, precision)},
 * {@code options.memory(577).bytes(768, precision)} and {@code options.encoderBytes()}.
 *
 * <p>What is no text and has no end, such as the codes of a picture, is chosen by {@code Searches.counted}, maybe
 * {@code Searches.guided}, and an {@code Output} of its own makes steps of it.
 *
 * <p>From logits to text: a model describes its tokens once, by a {@link dev.sensorium.kit.decode.Vocabulary};
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
