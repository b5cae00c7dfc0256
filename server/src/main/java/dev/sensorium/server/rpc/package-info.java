/**
 * The services as clients meet them, and what carries them.
 *
 * <p>One class per service of the proto: it reads and checks the request ({@code ContentReader}, {@code Violations}),
 * leases a model, and maps its answer back ({@code Wire}). A service does its work in the steps of a {@code Call}, on
 * the {@code CallPool}, never on the event loop; only what is answered from memory may be. A service throws; what it
 * throws becomes a status with details in {@code ErrorInterceptor} and {@code Errors}, once.
 *
 * <p>A call of {@code Generate} is the reader of a {@code Recording}, which numbers a generation's responses and may
 * outlive it in {@code Recordings}; {@code StreamFate} tells a lost connection from a cancel. {@code PromptReader} and
 * {@code DecodingReader} read what is asked, and {@code PromptFields} finds the field that a model means by a refusal.
 *
 * <p>A call of {@code Act} is one episode, a {@code Play}: {@code PolicyReader} reads what the client says,
 * {@code PolicyFields} finds the field that a model means by a refusal, and {@code EpisodeClock} keeps its numbers.
 *
 * <p>A call of {@code GenerateImage} follows a {@code Sketch} of each of its pictures, which keeps the newest of what there
 * is to tell, and sends what hangs in its {@code Gallery}; a {@code Ranking} has another model order it, by the same
 * {@code Scoring} as {@code Match}.
 *
 * <p>Around them, {@code GrpcLimits} bounds the connections and adds {@code grpc.health.v1} and reflection,
 * {@code ModelHealth} keeps health in step with the models, {@code Drain} counts calls and turns new ones away at the
 * end, and {@code ServerLifecycle} says in which order all that happens. Health knows the server as a whole (""), each
 * service by its full name, and each model as {@code model:<name>}.
 *
 * <p>To add a service, extend its {@code ImplBase} in a class annotated {@code @GrpcService}.
 */
@NullMarked
package dev.sensorium.server.rpc;

import org.jspecify.annotations.NullMarked;
