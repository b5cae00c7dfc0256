package dev.sensorium.client;

import dev.sensorium.client.Decoding.Beams;
import dev.sensorium.client.Decoding.Sample;
import dev.sensorium.client.Decoding.Strategy;
import dev.sensorium.client.GenerationEvent.Delta;
import dev.sensorium.client.GenerationEvent.Finished;
import dev.sensorium.client.GenerationEvent.Started;
import dev.sensorium.proto.v1.ContinuationScore;
import dev.sensorium.proto.v1.DecodingOptions;
import dev.sensorium.proto.v1.GenerateRequest;
import dev.sensorium.proto.v1.GenerateResponse;
import dev.sensorium.proto.v1.Greedy;
import dev.sensorium.proto.v1.ResumePoint;
import dev.sensorium.proto.v1.Role;
import java.time.Duration;
import java.util.List;

/** The mapping between the SDK's types and the messages on the wire, for generation. */
final class GenerationWire {

    private GenerationWire() {}

    static GenerateRequest request(Prompt prompt, GenerationOptions options) {
        GenerateRequest.Builder request = GenerateRequest.newBuilder()
                .setModel(options.model())
                .addAllTurns(prompt.turns().stream().map(GenerationWire::turn).toList())
                .setPrefix(prompt.prefix())
                .setTask(task(prompt.task()))
                .setDecoding(decoding(options.decoding()))
                .setOptions(treatment(options));
        if (!options.resumeWindow().isZero()) {
            Duration window = options.resumeWindow();
            request.getResumeWindowBuilder().setSeconds(window.getSeconds()).setNanos(window.getNano());
        }
        return request.build();
    }

    static GenerateRequest resume(String generationId, long afterSequence) {
        return GenerateRequest.newBuilder()
                .setResume(
                        ResumePoint.newBuilder().setGenerationId(generationId).setAfterSequence(afterSequence))
                .build();
    }

    /** Returns the task; to go on from a prompt is what is meant if none is said. */
    static dev.sensorium.proto.v1.GenerationTask task(GenerationTask task) {
        return switch (task) {
            case GENERATE -> dev.sensorium.proto.v1.GenerationTask.GENERATION_TASK_UNSPECIFIED;
            case CAPTION -> dev.sensorium.proto.v1.GenerationTask.GENERATION_TASK_CAPTION;
            case ANSWER -> dev.sensorium.proto.v1.GenerationTask.GENERATION_TASK_ANSWER;
        };
    }

    static dev.sensorium.proto.v1.Turn turn(Turn turn) {
        Role role =
                switch (turn.role()) {
                    case SYSTEM -> Role.ROLE_SYSTEM;
                    case USER -> Role.ROLE_USER;
                    case MODEL -> Role.ROLE_MODEL;
                };
        return dev.sensorium.proto.v1.Turn.newBuilder()
                .setRole(role)
                .addAllContents(turn.contents().stream().map(Wire::content).toList())
                .build();
    }

    static dev.sensorium.proto.v1.GenerationOptions treatment(GenerationOptions options) {
        return dev.sensorium.proto.v1.GenerationOptions.newBuilder()
                .setTruncateText(options.treatment().truncateText())
                .setApplyOrientation(options.treatment().applyOrientation())
                .build();
    }

    static DecodingOptions decoding(Decoding decoding) {
        DecodingOptions.Builder message = DecodingOptions.newBuilder()
                .addAllBadWords(decoding.rules().badWords())
                .addAllAllowedTexts(decoding.rules().allowedTexts())
                .addAllStopTexts(decoding.stop().texts())
                .addAllStopTokens(decoding.stop().tokens())
                .setLogProbabilities(decoding.logProbabilities());
        decoding.length().max().ifPresent(message::setMaxTokens);
        decoding.length().min().ifPresent(message::setMinTokens);
        decoding.rules().repetitionPenalty().ifPresent(message::setRepetitionPenalty);
        decoding.rules().noRepeatNgram().ifPresent(message::setNoRepeatNgram);
        decoding.strategy().ifPresent(strategy -> set(message, strategy));
        return message.build();
    }

    private static void set(DecodingOptions.Builder message, Strategy strategy) {
        if (strategy instanceof Sample sample) {
            var builder = message.getSampleBuilder();
            sample.temperature().ifPresent(builder::setTemperature);
            sample.topK().ifPresent(builder::setTopK);
            sample.topP().ifPresent(builder::setTopP);
            sample.minP().ifPresent(builder::setMinP);
            sample.seed().ifPresent(builder::setSeed);
        } else if (strategy instanceof Beams beams) {
            var builder = message.getBeamsBuilder().setCount(beams.count()).setEarlyStopping(beams.earlyStopping());
            beams.lengthPenalty().ifPresent(builder::setLengthPenalty);
        } else {
            message.setGreedy(Greedy.getDefaultInstance());
        }
    }

    static GenerationEvent event(GenerateResponse response) {
        long sequence = response.getSequence();
        return switch (response.getEventCase()) {
            case STARTED -> {
                var started = response.getStarted();
                yield new Started(
                        sequence,
                        started.getGenerationId(),
                        started.getModel(),
                        Wire.duration(started.getQueueTime()),
                        started.getPromptTokens());
            }
            case DELTA -> {
                var delta = response.getDelta();
                yield new Delta(
                        sequence,
                        delta.getText(),
                        delta.getTokensList(),
                        delta.getLikelihoodsList().stream()
                                .map(GenerationWire::likelihood)
                                .toList());
            }
            case FINISHED -> {
                var finished = response.getFinished();
                yield new Finished(
                        sequence,
                        reason(finished.getReason()),
                        usage(finished.getUsage()),
                        videos(finished.getVideosList()));
            }
            case EVENT_NOT_SET ->
                throw Errors.unexpected("response " + sequence + ": no event (expected: started, delta or finished)");
        };
    }

    private static TokenLikelihood likelihood(dev.sensorium.proto.v1.TokenLikelihood likelihood) {
        return new TokenLikelihood(
                likelihood.getLogProbability(),
                likelihood.getBestList().stream()
                        .map(best -> new TokenLikelihood.Candidate(
                                best.getToken(), best.getText(), best.getLogProbability()))
                        .toList());
    }

    static FinishReason reason(dev.sensorium.proto.v1.FinishReason reason) {
        return switch (reason) {
            case FINISH_REASON_STOP -> FinishReason.STOP;
            case FINISH_REASON_STOP_SEQUENCE -> FinishReason.STOP_SEQUENCE;
            case FINISH_REASON_LENGTH -> FinishReason.LENGTH;
            case FINISH_REASON_UNSPECIFIED, UNRECOGNIZED -> FinishReason.UNKNOWN;
        };
    }

    static List<VideoSample> videos(List<dev.sensorium.proto.v1.VideoSample> videos) {
        return videos.stream()
                .map(video -> new VideoSample(video.getSecondsList()))
                .toList();
    }

    static GenerationUsage usage(dev.sensorium.proto.v1.GenerationUsage usage) {
        return new GenerationUsage(
                usage.getPromptTokens(),
                usage.getGeneratedTokens(),
                usage.getEncodedContents(),
                usage.getEncoderCacheHits(),
                usage.getReusedTokens(),
                Wire.duration(usage.getQueueTime()),
                Wire.duration(usage.getGenerationTime()));
    }

    static ScoredText score(String text, ContinuationScore score) {
        return new ScoredText(text, score.getLogLikelihood(), score.getTokensList(), score.getLogProbabilitiesList());
    }
}
