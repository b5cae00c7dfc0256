package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.ActResponse;
import dev.sensorium.proto.v1.ActionLate;
import dev.sensorium.proto.v1.ActionTaken;
import dev.sensorium.proto.v1.EpisodeStarted;
import dev.sensorium.proto.v1.Numbers;
import dev.sensorium.proto.v1.PolicyAction;
import dev.sensorium.server.schedule.BoundedEpisode.Acted;
import dev.sensorium.spi.Policy.Action;
import dev.sensorium.spi.Value;
import java.time.Duration;

/** What is said in an episode in the words of the wire. */
final class PolicyMessages {

    private PolicyMessages() {}

    static ActResponse started(Play play) {
        return ActResponse.newBuilder()
                .setStarted(EpisodeStarted.newBuilder().setEpisodeId(play.id()).setModel(play.model()))
                .build();
    }

    static ActResponse action(long sequence, Acted acted) {
        return ActResponse.newBuilder()
                .setSequence(sequence)
                .setAction(ActionTaken.newBuilder()
                        .setAction(action(acted.action()))
                        .setQueueTime(Wire.duration(acted.queueNanos()))
                        .setComputeTime(Wire.duration(acted.computeNanos())))
                .build();
    }

    static ActResponse late(long sequence, Duration deadline) {
        return ActResponse.newBuilder()
                .setSequence(sequence)
                .setLate(ActionLate.newBuilder().setDeadline(Wire.duration(deadline.toNanos())))
                .build();
    }

    private static PolicyAction action(Action action) {
        PolicyAction.Builder message = PolicyAction.newBuilder();
        action.values().forEach((part, value) -> message.putValues(part, value(value)));
        return message.build();
    }

    private static dev.sensorium.proto.v1.Value value(Value value) {
        dev.sensorium.proto.v1.Value.Builder message = dev.sensorium.proto.v1.Value.newBuilder();
        if (value instanceof Value.Numbers numbers) {
            message.setNumbers(Numbers.newBuilder().addAllValues(numbers.values()));
        } else if (value instanceof Value.Pixels pixels) {
            message.setPixels(com.google.protobuf.ByteString.copyFrom(pixels.bytes()));
        } else {
            message.setText(((Value.Words) value).text());
        }
        return message.build();
    }
}
