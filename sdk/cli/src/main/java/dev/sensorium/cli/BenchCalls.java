package dev.sensorium.cli;

import dev.sensorium.cli.BenchRecorder.Success;
import dev.sensorium.cli.BenchRecorder.Tokens;
import dev.sensorium.cli.BenchRecorder.Work;
import dev.sensorium.client.CallStats;
import dev.sensorium.client.Content;
import dev.sensorium.client.DrawOptions;
import dev.sensorium.client.EmbedOptions;
import dev.sensorium.client.GeneratedText;
import dev.sensorium.client.GenerationOptions;
import dev.sensorium.client.GenerationUsage;
import dev.sensorium.client.MatchOptions;
import dev.sensorium.client.Prompt;
import dev.sensorium.client.Sensorium;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The calls that a benchmark can make, each ready to be made again and again.
 *
 * @param sensorium the client
 * @param payloads what is sent
 */
record BenchCalls(Sensorium sensorium, BenchPayloads payloads) {

    /** What came of a call, and which model it came from. */
    record Answered(String model, Success success) {}

    Supplier<CompletableFuture<Answered>> embed(int batch, EmbedOptions options) {
        return () ->
                sensorium.async().embed(contents(batch), options).thenApply(result -> answered(batch, result.stats()));
    }

    Supplier<CompletableFuture<Answered>> match(List<String> texts, int batch, EmbedOptions options) {
        MatchOptions all = MatchOptions.DEFAULT.withEmbedding(options);
        return () -> sensorium
                .async()
                .match(contents(batch), texts, all)
                .thenApply(results -> answered(batch, results.get(0).stats()));
    }

    Supplier<CompletableFuture<Answered>> caption(GenerationOptions options) {
        return () -> sensorium.async().caption(payloads.next(), "", options).thenApply(BenchCalls::answered);
    }

    Supplier<CompletableFuture<Answered>> answer(String question, GenerationOptions options) {
        return () -> sensorium
                .async()
                .answer(List.of(payloads.next()), question, options)
                .thenApply(BenchCalls::answered);
    }

    /** Generates token by token; the prompt is a content, and the question if there is one. */
    Supplier<CompletableFuture<Answered>> generate(Optional<String> question, GenerationOptions options) {
        return () -> {
            List<Content> contents = new ArrayList<>(List.of(payloads.next()));
            question.map(Content::text).ifPresent(contents::add);
            BenchReader.OfText reader = new BenchReader.OfText();
            sensorium
                    .generate(Prompt.of(contents.toArray(new Content[0])), options)
                    .events()
                    .subscribe(reader);
            return reader.answer();
        };
    }

    /** Draws piece by piece; the prompt is a content, which is a text. */
    Supplier<CompletableFuture<Answered>> draw(DrawOptions options) {
        return () -> {
            BenchReader.OfPictures reader = new BenchReader.OfPictures();
            sensorium
                    .draw(((Content.Text) payloads.next()).value(), options)
                    .events()
                    .subscribe(reader);
            return reader.answer();
        };
    }

    private List<Content> contents(int batch) {
        return Stream.generate(payloads::next).limit(batch).toList();
    }

    private static Answered answered(int batch, CallStats stats) {
        Work work = new Work(stats.embeddingCount(), stats.cacheHitCount(), stats.queueTime(), stats.computeTime());
        return new Answered(stats.model(), new Success(batch, work, Tokens.NONE));
    }

    private static Answered answered(GeneratedText text) {
        int tokens = text.usage().generatedTokens();
        return new Answered(text.model(), new Success(1, work(text.usage()), Tokens.atOnce(tokens)));
    }

    static Work work(GenerationUsage usage) {
        return new Work(
                usage.encodedContents() + usage.encoderCacheHits(),
                usage.encoderCacheHits(),
                usage.queueTime(),
                usage.generationTime());
    }
}
