package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.AnswerRequest;
import dev.sensorium.proto.v1.AnswerResponse;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.Prompt.Task;

/** A call of Answer. */
final class AnswerCall {

    private AnswerCall() {}

    static void start(GenerationTools tools, Call<AnswerResponse> call, AnswerRequest request) {
        Violations violations = new Violations();
        PromptReader reader = tools.prompt(violations);
        reader.question(request.getContentsList(), request.getQuestion());
        tools.check(request.getDecoding(), violations);
        ReadPrompt prompt = reader.prompt(Task.ANSWER, "question");
        Work<Step> work = call.keep(tools.generate(
                request.getModel(), prompt, request.getDecoding(), Wire.prepareOptions(request.getOptions())));
        TextCall<AnswerResponse> text = new TextCall<>(call, "", (answer, end) -> AnswerResponse.newBuilder()
                .setText(answer)
                .setFinishReason(end.getReason())
                .setUsage(end.getUsage())
                .setModel(work.model())
                .addAllVideos(end.getVideosList())
                .build());
        StepPump.start(call, work, prompt.fields(), text);
    }
}
