package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.ContinuationScore;
import dev.sensorium.proto.v1.FinishReason;
import dev.sensorium.proto.v1.GenerateResponse;
import dev.sensorium.proto.v1.GenerationFinished;
import dev.sensorium.proto.v1.GenerationStarted;
import dev.sensorium.proto.v1.GenerationUsage;
import dev.sensorium.proto.v1.TextDelta;
import dev.sensorium.proto.v1.TokenCandidate;
import dev.sensorium.proto.v1.TokenLikelihood;
import dev.sensorium.server.schedule.Generation;
import dev.sensorium.spi.Generator.Candidate;
import dev.sensorium.spi.Generator.Delta;
import dev.sensorium.spi.Generator.End;
import dev.sensorium.spi.Generator.Likelihood;
import dev.sensorium.spi.Generator.Score;
import dev.sensorium.spi.Generator.Started;
import dev.sensorium.spi.Generator.Step;

/** Steps of generation in the words of the wire. */
final class GenerationMessages {

    private GenerationMessages() {}

    /**
     * Returns the response of a step, without its number.
     *
     * @param started what is known of the generation before its first step
     */
    static GenerateResponse.Builder response(Step step, Generation<?> generation, GenerationStarted.Builder started) {
        GenerateResponse.Builder response = GenerateResponse.newBuilder();
        if (step instanceof Started first) {
            return response.setStarted(
                    started.setQueueTime(Wire.duration(generation.queueNanos())).setPromptTokens(first.promptTokens()));
        }
        return step instanceof Delta delta
                ? response.setDelta(delta(delta))
                : response.setFinished(finished((End) step, generation));
    }

    private static TextDelta delta(Delta delta) {
        TextDelta.Builder message = TextDelta.newBuilder().setText(delta.text()).addAllTokens(delta.tokens());
        delta.likelihoods().forEach(likelihood -> message.addLikelihoods(likelihood(likelihood)));
        return message.build();
    }

    private static TokenLikelihood likelihood(Likelihood likelihood) {
        TokenLikelihood.Builder message = TokenLikelihood.newBuilder().setLogProbability(likelihood.logProbability());
        for (Candidate candidate : likelihood.best()) {
            message.addBest(TokenCandidate.newBuilder()
                    .setToken(candidate.token())
                    .setText(candidate.text())
                    .setLogProbability(candidate.logProbability()));
        }
        return message.build();
    }

    static GenerationFinished finished(End end, Generation<?> generation) {
        return GenerationFinished.newBuilder()
                .setReason(FinishReason.valueOf("FINISH_REASON_" + end.reason()))
                .setUsage(GenerationUsage.newBuilder()
                        .setPromptTokens(end.usage().promptTokens())
                        .setGeneratedTokens(end.usage().generatedTokens())
                        .setEncodedContents(end.usage().encodedContents())
                        .setEncoderCacheHits(end.usage().encoderCacheHits())
                        .setReusedTokens(end.usage().reusedTokens())
                        .setQueueTime(Wire.duration(generation.queueNanos()))
                        .setGenerationTime(Wire.duration(generation.sinceReadyNanos())))
                .addAllVideos(end.videos().stream().map(Wire::sample).toList())
                .build();
    }

    static ContinuationScore score(Score score) {
        return ContinuationScore.newBuilder()
                .setLogLikelihood(score.logLikelihood())
                .addAllTokens(score.tokens())
                .addAllLogProbabilities(score.logProbabilities())
                .build();
    }
}
