/**
 * The Java SDK of Sensorium: a typed client of its gRPC server.
 *
 * <p>Five lines to a first answer:
 *
 * {@snippet lang=java :
 * try (var sensorium = Sensorium.connect("localhost:9000")) {
 *     var match = sensorium.match(Content.image(Path.of("photo.png")), "a red circle", "a blue square");
 *     System.out.println(match.best().text());
 * }
 * }
 *
 * <p>Five more to a caption; {@code generate} gives a text piece by piece while it comes into being:
 *
 * {@snippet lang=java :
 * try (var sensorium = Sensorium.connect("localhost:9000")) {
 *     System.out.println(sensorium.caption(Content.image(Path.of("photo.png"))).text());
 *     var prompt = Prompt.of(Content.image(Path.of("photo.png")), Content.text("what color is the circle?"));
 *     sensorium.generate(prompt).pieces().forEach(System.out::print);
 * }
 * }
 *
 * <p>{@link dev.sensorium.client.Sensorium} is the client, one per application and safe for many threads;
 * {@link dev.sensorium.client.Content} is what goes in: text, pictures, videos, sounds, or the digest of an upload.
 * Calls have three forms:
 *
 * <ul>
 *   <li>blocking, as above;
 *   <li>{@link dev.sensorium.client.Sensorium#async()}, which answers in a {@link java.util.concurrent.CompletableFuture};
 *       cancelling the future cancels the call;
 *   <li>in bulk, {@link dev.sensorium.client.Sensorium#embedAll(java.util.Iterator, EmbedOptions) embedAll}, which
 *       takes any number of items in bounded memory:
 * </ul>
 *
 * {@snippet lang=java :
 * try (Stream<Path> files = Files.list(folder);
 *         var results = sensorium.embedAll(
 *                 files.map(file -> new Item(file.toString(), Content.image(file))), EmbedOptions.DEFAULT)) {
 *     while (results.hasNext()) {
 *         var result = results.next();
 *         index.put(result.id(), result.embedding().values());
 *     }
 * }
 * }
 *
 * <p>A {@link dev.sensorium.client.Generation} is read as an iterator or a {@link java.util.concurrent.Flow.Publisher} of
 * events, as a stream of pieces of text, or as a whole; what is not read is not asked for, closing it ends it, and with a
 * {@link dev.sensorium.client.GenerationOptions#resumeWindow() resume window} it outlives a broken connection. A
 * {@link dev.sensorium.client.Prompt} may show examples first, and {@link dev.sensorium.client.Decoding} says how tokens
 * are chosen.
 *
 * <p>A {@link dev.sensorium.client.Drawing} is read likewise: progress, previews and finished pictures as they come, or the
 * pictures when all are finished.
 *
 * <p>An {@link dev.sensorium.client.Episode} answers observations with actions, in spaces as Gymnasium has them; the
 * package {@link dev.sensorium.client.environment} has environments to play in.
 *
 * <p>{@link dev.sensorium.client.EmbedOptions}, {@link dev.sensorium.client.MatchOptions},
 * {@link dev.sensorium.client.GenerationOptions} and {@link dev.sensorium.client.DrawOptions} choose the model, the cache, the deadline, the prompt templates and the
 * head that scores. A failure is a {@link dev.sensorium.client.SensoriumException} with a
 * code, a stable reason, the fields at fault and, where a retry helps, how long to wait. Unary calls that find the
 * server unavailable are retried with growing pauses before they fail; with several servers
 * ({@code Sensorium.connect("a:9000,b:9000")}) calls take turns among those that can be reached.
 *
 * <p>To add a method: map its messages in {@code Wire}, {@code GenerationWire},
 * {@code DrawingWire} or {@code PolicyWire}, describe it in {@code Requests} or
 * {@code GenerationRequests}, and expose it in {@code Sensorium} and {@code AsyncSensorium}.
 */
@NullMarked
package dev.sensorium.client;

import org.jspecify.annotations.NullMarked;
