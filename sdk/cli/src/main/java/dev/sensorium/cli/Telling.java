package dev.sensorium.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sensorium.client.GeneratedText;
import dev.sensorium.client.Generation;
import dev.sensorium.client.GenerationEvent.Delta;
import dev.sensorium.client.GenerationUsage;
import dev.sensorium.client.SensoriumException;
import dev.sensorium.client.TokenLikelihood;
import dev.sensorium.client.VideoSample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The way of a generated text to the terminal: piece by piece for people, as a whole for programs. */
record Telling(Root root) {

    /** Tells a text that is being generated, after its beginning, which is known. */
    void tell(String beginning, Generation generation) {
        try (generation) {
            if (root.json()) {
                collect(beginning, generation);
            } else {
                show(beginning, generation);
            }
        }
    }

    private void collect(String beginning, Generation generation) {
        List<Delta> likely = new ArrayList<>();
        generation.forEachRemaining(event -> {
            if (event instanceof Delta delta && !delta.likelihoods().isEmpty()) {
                likely.add(delta);
            }
        });
        GeneratedText text = generation.whole();
        print(
                new GeneratedText(beginning + text.text(), text.reason(), text.usage(), text.videos(), text.model()),
                likely);
    }

    private void show(String beginning, Generation generation) {
        List<Delta> deltas = new ArrayList<>();
        generation.started(); // until then there may be a complaint instead
        say(beginning);
        try {
            while (generation.hasNext()) {
                if (generation.next() instanceof Delta delta) {
                    say(delta.text());
                    deltas.add(delta);
                }
            }
        } catch (SensoriumException e) {
            root.terminal().out().println(); // the complaint goes on a line of its own
            throw e;
        }
        root.terminal().out().println();
        deltas.forEach(this::printLikelihoods);
    }

    private void say(String text) {
        root.terminal().out().print(printable(text));
        root.terminal().out().flush();
    }

    /** A model may say anything, but not to the terminal. */
    private static String printable(String text) {
        return text.replaceAll("[\\p{Cntrl}&&[^\\n\\t]]", "");
    }

    private void printLikelihoods(Delta delta) {
        for (int i = 0; i < delta.likelihoods().size(); i++) {
            TokenLikelihood likelihood = delta.likelihoods().get(i);
            String best = likelihood.best().stream()
                    .map(other ->
                            String.format(Locale.ROOT, "\"%s\" %.4f", printable(other.text()), other.logProbability()))
                    .collect(Collectors.joining(", "));
            root.terminal()
                    .out()
                    .println(String.format(
                            Locale.ROOT,
                            "%6d  %8.4f  %s",
                            delta.tokens().get(i),
                            likelihood.logProbability(),
                            root.terminal().faint(best)));
        }
    }

    private void print(GeneratedText text, List<Delta> likely) {
        Json.print(root.terminal().out(), json -> {
            json.writeStartObject();
            json.writeStringField("model", text.model());
            json.writeStringField("text", text.text());
            json.writeStringField("finish_reason", text.reason().name());
            writeUsage(json, text.usage());
            writeVideos(json, text.videos());
            if (!likely.isEmpty()) {
                json.writeArrayFieldStart("tokens");
                for (Delta delta : likely) {
                    writeTokens(json, delta);
                }
                json.writeEndArray();
            }
            json.writeEndObject();
        });
    }

    private static void writeUsage(JsonGenerator json, GenerationUsage usage) throws IOException {
        json.writeObjectFieldStart("usage");
        json.writeNumberField("prompt_tokens", usage.promptTokens());
        json.writeNumberField("generated_tokens", usage.generatedTokens());
        json.writeNumberField("encoded_contents", usage.encodedContents());
        json.writeNumberField("encoder_cache_hits", usage.encoderCacheHits());
        json.writeNumberField("reused_tokens", usage.reusedTokens());
        json.writeNumberField("queue_ms", usage.queueTime().toNanos() / 1e6);
        json.writeNumberField("generation_ms", usage.generationTime().toNanos() / 1e6);
        json.writeEndObject();
    }

    private static void writeVideos(JsonGenerator json, List<VideoSample> videos) throws IOException {
        if (videos.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("videos");
        for (VideoSample video : videos) {
            Json.video(json, video);
        }
        json.writeEndArray();
    }

    private static void writeTokens(JsonGenerator json, Delta delta) throws IOException {
        for (int i = 0; i < delta.likelihoods().size(); i++) {
            json.writeStartObject();
            json.writeNumberField("token", delta.tokens().get(i));
            json.writeNumberField("log_probability", delta.likelihoods().get(i).logProbability());
            json.writeArrayFieldStart("best");
            for (TokenLikelihood.Candidate other : delta.likelihoods().get(i).best()) {
                json.writeStartObject();
                json.writeNumberField("token", other.token());
                json.writeStringField("text", other.text());
                json.writeNumberField("log_probability", other.logProbability());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }
}
