package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.CaptionRequest;
import dev.sensorium.proto.v1.CaptionResponse;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.Prompt.Task;

/** A call of Caption. */
final class CaptionCall {

    private CaptionCall() {}

    static void start(GenerationTools tools, Call<CaptionResponse> call, CaptionRequest request) {
        Violations violations = new Violations();
        PromptReader reader = tools.prompt(violations);
        reader.content(request.getContent());
        reader.prefix(request.getPrefix());
        tools.check(request.getDecoding(), violations);
        ReadPrompt prompt = reader.prompt(Task.CAPTION, "content");
        Work<Step> work = call.keep(tools.generate(
                request.getModel(), prompt, request.getDecoding(), Wire.prepareOptions(request.getOptions())));
        TextCall<CaptionResponse> text =
                new TextCall<>(call, request.getPrefix(), (caption, end) -> CaptionResponse.newBuilder()
                        .setText(caption)
                        .setFinishReason(end.getReason())
                        .setUsage(end.getUsage())
                        .setModel(work.model())
                        .addAllVideos(end.getVideosList())
                        .build());
        StepPump.start(call, work, prompt.fields(), text);
    }
}
