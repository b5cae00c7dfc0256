package dev.sensorium.client;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The client in the form whose calls answer in futures. Cancelling a future cancels its call at the server; a call that
 * fails completes its future with a {@link SensoriumException}. Requests are checked, and refused, before a future is
 * returned.
 */
public final class AsyncSensorium {

    private final Calls calls;

    AsyncSensorium(Calls calls) {
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

    /** Returns what there is to tell about a model, "name" for its newest version or "name/version". */
    public CompletableFuture<ModelDescription> model(String model) {
        return calls.start(Requests.model(model));
    }

    /** Tells whether a service or a model can answer, or with an empty name the server as a whole. */
    public CompletableFuture<Boolean> serving(String name) {
        return calls.start(Requests.serving(name));
    }
}
