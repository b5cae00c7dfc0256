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
 * <p>{@link dev.sensorium.client.Sensorium} is the client, one per application and safe for many threads;
 * {@link dev.sensorium.client.Content} is what goes in: text, pictures, videos, sounds, or the digest of an upload.
 * Every call has three forms:
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
 * <p>{@link dev.sensorium.client.EmbedOptions} and {@link dev.sensorium.client.MatchOptions} choose the model, the
 * cache, the deadline and the prompt templates. A failure is a {@link dev.sensorium.client.SensoriumException} with a
 * code, a stable reason, the fields at fault and, where a retry helps, how long to wait. Unary calls that find the
 * server unavailable are retried with growing pauses before they fail; with several servers
 * ({@code Sensorium.connect("a:9000,b:9000")}) calls take turns among those that can be reached.
 *
 * <p>To add a method: map its messages in {@code Wire}, describe it in {@code Requests}, and expose it in
 * {@code Sensorium} and {@code AsyncSensorium}.
 */
@NullMarked
package dev.sensorium.client;

import org.jspecify.annotations.NullMarked;
