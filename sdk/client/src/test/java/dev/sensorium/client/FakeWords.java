package dev.sensorium.client;

import dev.sensorium.proto.v1.Content;
import dev.sensorium.proto.v1.DecodingOptions;
import dev.sensorium.proto.v1.FinishReason;
import dev.sensorium.proto.v1.GenerateResponse;
import dev.sensorium.proto.v1.GenerationFinished;
import dev.sensorium.proto.v1.GenerationStarted;
import dev.sensorium.proto.v1.TextDelta;
import dev.sensorium.proto.v1.TokenCandidate;
import dev.sensorium.proto.v1.TokenLikelihood;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What {@link FakeGenerations} says: words, each a token, and why there are no more. */
record FakeWords(List<String> words, FinishReason reason, int likelihoods) {

    static FakeWords of(String model, Content content, DecodingOptions decoding, String field) {
        if (model.equals("nothing")) {
            throw FakeEmbeddings.unknownModel(model);
        }
        String told = FakeEmbeddings.words(content);
        if (told.equals("broken")) {
            throw FakeServer.rich(
                    Status.Code.INVALID_ARGUMENT,
                    "INVALID_INPUT",
                    field + ": not a picture",
                    field,
                    "not a picture",
                    0);
        }
        if (told.equals("flood")) {
            return new FakeWords(Collections.nCopies(1_000, "w".repeat(10_000)), FinishReason.FINISH_REASON_STOP, 0);
        }
        if (decoding.getAllowedTextsCount() > 0) {
            told = decoding.getAllowedTexts(0);
        }
        List<String> words = List.of(told.split("(?= )", -1));
        int max = decoding.hasMaxTokens() ? decoding.getMaxTokens() : Integer.MAX_VALUE;
        return new FakeWords(
                words.subList(0, Math.min(words.size(), max)),
                max < words.size() ? FinishReason.FINISH_REASON_LENGTH : FinishReason.FINISH_REASON_STOP,
                decoding.getLogProbabilities());
    }

    int count() {
        return words.size();
    }

    String text() {
        return String.join("", words);
    }

    /** Returns the responses of a stream; the end is missing if silence is the last word. */
    List<GenerateResponse> responses(String id, String model, int promptTokens) {
        List<GenerateResponse> all = new ArrayList<>();
        all.add(GenerateResponse.newBuilder()
                .setStarted(GenerationStarted.newBuilder()
                        .setGenerationId(id)
                        .setModel(model)
                        .setQueueTime(com.google.protobuf.Duration.newBuilder().setNanos(2_000_000))
                        .setPromptTokens(promptTokens))
                .build());
        for (String word : words) {
            if (word.strip().equals("silence")) {
                return all;
            }
            all.add(GenerateResponse.newBuilder()
                    .setSequence(all.size())
                    .setDelta(delta(word))
                    .build());
        }
        all.add(GenerateResponse.newBuilder()
                .setSequence(all.size())
                .setFinished(GenerationFinished.newBuilder()
                        .setReason(reason)
                        .setUsage(FakeGenerations.usage(promptTokens, count())))
                .build());
        return all;
    }

    private TextDelta delta(String word) {
        TextDelta.Builder delta = TextDelta.newBuilder().setText(word).addTokens(word.length());
        if (likelihoods > 0) {
            TokenLikelihood.Builder likelihood = TokenLikelihood.newBuilder().setLogProbability(-0.5f);
            for (int i = 0; i < likelihoods; i++) {
                likelihood.addBest(TokenCandidate.newBuilder()
                        .setToken(i)
                        .setText("word " + i)
                        .setLogProbability(-0.5f - i));
            }
            delta.addLikelihoods(likelihood);
        }
        return delta.build();
    }
}
