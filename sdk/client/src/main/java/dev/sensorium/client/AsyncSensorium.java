package dev.sensorium.client;

import dev.sensorium.proto.v1.GenerateImageRequest;
import dev.sensorium.proto.v1.GenerateRequest;
import io.grpc.ManagedChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The client in the form whose calls answer in futures. Cancelling a future cancels its call at the server; a call that
 * fails completes its future with a {@link SensoriumException}. Requests are checked, and refused, before a future is
 * returned.
 */
public final class AsyncSensorium {

    private final ManagedChannel channel;
    private final Calls calls;

    AsyncSensorium(ManagedChannel channel, Calls calls) {
        this.channel = channel;
        this.calls = calls;
    }

    /** Embeds a content. */
    public CompletableFuture<Embedding> embed(Content content, EmbedOptions options) {
        return calls.start(Requests.embed(List.of(content), options)
                .map(result -> result.embeddings().get(0)));
    }

    /** Embeds a batch of contents, whose kinds may be mixed; all or nothing. */
    public CompletableFuture<EmbedResult> embed(List<? extends Content> contents, EmbedOptions options) {
        return calls.start(Requests.embed(contents, options));
    }

    /** Matches a content with texts. */
    public CompletableFuture<MatchResult> match(Content content, List<String> texts, MatchOptions options) {
        return calls.start(Requests.match(List.of(content), texts, options).map(results -> results.get(0)));
    }

    /** Matches each content with each text: one result per content, in order. */
    public CompletableFuture<List<MatchResult>> match(
            List<? extends Content> contents, List<String> texts, MatchOptions options) {
        return calls.start(Requests.match(contents, texts, options));
    }

    /**
     * Continues a prompt, and answers with the whole text. For its pieces, {@link Sensorium#generate(Prompt)} does not
     * wait either, and {@link Generation#events} publishes them.
     */
    public CompletableFuture<GeneratedText> generate(Prompt prompt, GenerationOptions options) {
        GenerateRequest request = GenerationRequests.generate(prompt, options);
        WholeText whole = new WholeText();
        GenerateCall call =
                new GenerateCall(channel, request, options.resumeWindow(), calls.deadline(options.deadline()), whole);
        return whole(call, whole.future());
    }

    /**
     * Draws pictures, and answers when all are finished. For previews and progress, {@link Sensorium#draw(String)} does not
     * wait either, and {@link Drawing#events} publishes them.
     */
    public CompletableFuture<DrawResult> draw(String prompt, DrawOptions options) {
        GenerateImageRequest request = DrawingWire.request(prompt, options);
        DrawnPictures whole = new DrawnPictures();
        DrawCall call = new DrawCall(channel, request, calls.deadline(options.deadline()), whole);
        return whole(call, whole.future());
    }

    /** Reads a call to its end; who completes the future otherwise ends the call. */
    private static <T> CompletableFuture<T> whole(EventCall call, CompletableFuture<T> future) {
        future.whenComplete((value, failure) -> call.cancel());
        call.start();
        call.request(Long.MAX_VALUE);
        return future;
    }

    /** Says what is in a picture or a video, beginning with a prefix such as "a picture of"; empty for none. */
    public CompletableFuture<GeneratedText> caption(Content content, String prefix, GenerationOptions options) {
        return calls.start(GenerationRequests.caption(content, prefix, options));
    }

    /** Answers a question about pictures, videos or texts. */
    public CompletableFuture<GeneratedText> answer(
            List<? extends Content> contents, String question, GenerationOptions options) {
        return calls.start(GenerationRequests.answer(contents, question, options));
    }

    /** Tells how likely texts are after a prompt without a prefix, to choose among them for example. */
    public CompletableFuture<ScoreResult> score(Prompt prompt, List<String> texts, GenerationOptions options) {
        return calls.start(GenerationRequests.score(prompt, texts, options));
    }

    /** Returns what there is to tell about a model, "name" for its newest version or "name/version". */
    public CompletableFuture<ModelDescription> model(String model) {
        return calls.start(Requests.model(model));
    }

    /** Tells whether a service or a model can answer, or with an empty name the server as a whole. */
    public CompletableFuture<Boolean> serving(String name) {
        return calls.start(Requests.serving(name));
    }
}
