package dev.sensorium.client;

import com.google.protobuf.UnsafeByteOperations;
import dev.sensorium.client.PolicyTask.Demonstrated;
import dev.sensorium.client.Space.Box;
import dev.sensorium.client.Space.Discrete;
import dev.sensorium.client.Space.Image;
import dev.sensorium.client.Space.MultiDiscrete;
import dev.sensorium.client.Space.Text;
import dev.sensorium.client.Value.Numbers;
import dev.sensorium.client.Value.Pixels;
import dev.sensorium.client.Value.Words;
import dev.sensorium.proto.v1.ActRequest;
import dev.sensorium.proto.v1.ActResponse;
import dev.sensorium.proto.v1.ActionTaken;
import dev.sensorium.proto.v1.BoxSpace;
import dev.sensorium.proto.v1.DemonstrationStep;
import dev.sensorium.proto.v1.DiscreteSpace;
import dev.sensorium.proto.v1.EpisodeFinished;
import dev.sensorium.proto.v1.EpisodeStarted;
import dev.sensorium.proto.v1.ImageSpace;
import dev.sensorium.proto.v1.MultiDiscreteSpace;
import dev.sensorium.proto.v1.PolicyAction;
import dev.sensorium.proto.v1.PolicyObservation;
import dev.sensorium.proto.v1.TextSpace;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The mapping between the SDK's types and the messages on the wire, for policies. */
final class PolicyWire {

    private PolicyWire() {}

    static ActRequest task(PolicyTask task, ActOptions options) {
        var message = dev.sensorium.proto.v1.PolicyTask.newBuilder()
                .setModel(options.model())
                .setInstruction(task.instruction());
        task.observation().forEach((part, space) -> message.putObservationSpaces(part, space(space)));
        task.action().forEach((part, space) -> message.putActionSpaces(part, space(space)));
        task.demonstration().forEach(step -> message.addDemonstration(demonstrated(step)));
        options.seed().ifPresent(message::setSeed);
        options.actionDeadline().ifPresent(deadline -> message.setActionDeadline(duration(deadline)));
        return ActRequest.newBuilder().setTask(message).build();
    }

    static ActRequest observation(Observation observation) {
        return ActRequest.newBuilder().setObservation(perceived(observation)).build();
    }

    private static DemonstrationStep demonstrated(Demonstrated step) {
        PolicyAction.Builder action = PolicyAction.newBuilder();
        step.action().values().forEach((part, value) -> action.putValues(part, value(value)));
        return DemonstrationStep.newBuilder()
                .setObservation(perceived(step.observation()))
                .setAction(action)
                .build();
    }

    private static PolicyObservation perceived(Observation observation) {
        PolicyObservation.Builder message = PolicyObservation.newBuilder();
        observation.values().forEach((part, value) -> message.putValues(part, value(value)));
        observation.reward().ifPresent(message::setReward);
        observation.deadline().ifPresent(deadline -> message.setDeadline(duration(deadline)));
        return message.build();
    }

    private static dev.sensorium.proto.v1.Space space(Space space) {
        var message = dev.sensorium.proto.v1.Space.newBuilder();
        if (space instanceof Discrete discrete) {
            message.setDiscrete(DiscreteSpace.newBuilder().setSize(discrete.size()));
        } else if (space instanceof MultiDiscrete several) {
            message.setMultiDiscrete(MultiDiscreteSpace.newBuilder().addAllSizes(several.sizes()));
        } else if (space instanceof Box box) {
            message.setBox(BoxSpace.newBuilder()
                    .addAllShape(box.shape())
                    .addAllLow(box.low())
                    .addAllHigh(box.high()));
        } else if (space instanceof Image image) {
            message.setImage(ImageSpace.newBuilder()
                    .setHeight(image.height())
                    .setWidth(image.width())
                    .setChannels(image.channels()));
        } else if (space instanceof Text text) {
            message.setText(TextSpace.newBuilder().setMaxLength(text.maxLength()));
        }
        return message.build();
    }

    private static dev.sensorium.proto.v1.Value value(Value value) {
        var message = dev.sensorium.proto.v1.Value.newBuilder();
        if (value instanceof Numbers numbers) {
            message.setNumbers(dev.sensorium.proto.v1.Numbers.newBuilder().addAllValues(numbers.values()));
        } else if (value instanceof Pixels pixels) {
            message.setPixels(UnsafeByteOperations.unsafeWrap(pixels.bytes())); // values are immutable
        } else if (value instanceof Words words) {
            message.setText(words.text());
        }
        return message.build();
    }

    static Episode.Started started(EpisodeStarted started) {
        return new Episode.Started(started.getEpisodeId(), started.getModel());
    }

    static ActResult result(ActResponse response) {
        if (response.hasLate()) {
            Duration deadline = Wire.duration(response.getLate().getDeadline());
            return new ActResult(response.getSequence(), Optional.empty(), Duration.ZERO, deadline);
        }
        ActionTaken taken = response.getAction();
        Map<String, Value> values = new HashMap<>();
        taken.getAction().getValuesMap().forEach((part, value) -> values.put(part, value(part, value)));
        return new ActResult(
                response.getSequence(),
                Optional.of(new Action(values)),
                Wire.duration(taken.getQueueTime()),
                Wire.duration(taken.getComputeTime()));
    }

    private static Value value(String part, dev.sensorium.proto.v1.Value value) {
        return switch (value.getKindCase()) {
            case NUMBERS -> new Numbers(value.getNumbers().getValuesList());
            case PIXELS -> new Pixels(value.getPixels().asReadOnlyByteBuffer());
            case TEXT -> new Words(value.getText());
            case KIND_NOT_SET ->
                throw Errors.unexpected(
                        "action.values[\"%s\"]: no kind (expected: numbers, pixels or text)".formatted(part));
        };
    }

    static EpisodeSummary summary(EpisodeFinished finished) {
        return new EpisodeSummary(
                finished.getSteps(),
                finished.getLateActions(),
                Wire.duration(finished.getQueueTime()),
                Wire.duration(finished.getComputeTime()),
                Wire.duration(finished.getEpisodeTime()));
    }

    private static com.google.protobuf.Duration duration(Duration duration) {
        return com.google.protobuf.Duration.newBuilder()
                .setSeconds(duration.getSeconds())
                .setNanos(duration.getNano())
                .build();
    }
}
