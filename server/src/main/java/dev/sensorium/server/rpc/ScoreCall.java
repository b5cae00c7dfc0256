package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.ScoreRequest;
import dev.sensorium.proto.v1.ScoreResponse;
import dev.sensorium.server.schedule.Generation;
import dev.sensorium.spi.Generator.Score;
import dev.sensorium.spi.Prompt.Task;
import dev.sensorium.spi.Text;
import java.util.List;

/** A call of Score: all continuations or none. */
final class ScoreCall implements StepPump.Sink<Score> {

    private final Call<ScoreResponse> call;
    private final int continuations;
    private final ScoreResponse.Builder response = ScoreResponse.newBuilder();

    private ScoreCall(Call<ScoreResponse> call, int continuations) {
        this.call = call;
        this.continuations = continuations;
    }

    static void start(GenerationTools tools, Call<ScoreResponse> call, ScoreRequest request) {
        Violations violations = new Violations();
        PromptReader reader = tools.prompt(violations);
        Task task = reader.task(request.getTask(), request.getTaskValue());
        reader.turns(request.getTurnsList());
        List<Text> texts = tools.continuations(request.getContinuationsList(), violations);
        ReadPrompt prompt = reader.prompt(task, "turns");
        Work<Score> work =
                call.keep(tools.score(request.getModel(), prompt, texts, Wire.prepareOptions(request.getOptions())));
        ScoreCall score = new ScoreCall(call, texts.size());
        score.response.setModel(work.model());
        StepPump.start(call, work, prompt.fields(), score);
    }

    @Override
    public void take(Score score, Generation<Score> generation) {
        Scores.requireFinite(score.logProbabilities());
        response.addScores(GenerationMessages.score(score));
    }

    @Override
    public void ended(Generation<Score> generation) {
        if (response.getScoresCount() != continuations) {
            throw new IllegalStateException(
                    "scores: %d (expected: %d)".formatted(response.getScoresCount(), continuations));
        }
        call.answer(
                response.setQueueTime(Wire.duration(generation.takenNanos())).build());
    }
}
