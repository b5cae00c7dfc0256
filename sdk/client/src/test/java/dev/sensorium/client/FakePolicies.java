package dev.sensorium.client;

import dev.sensorium.proto.v1.ActRequest;
import dev.sensorium.proto.v1.ActResponse;
import dev.sensorium.proto.v1.ActionLate;
import dev.sensorium.proto.v1.ActionTaken;
import dev.sensorium.proto.v1.EpisodeFinished;
import dev.sensorium.proto.v1.EpisodeStarted;
import dev.sensorium.proto.v1.Numbers;
import dev.sensorium.proto.v1.PolicyAction;
import dev.sensorium.proto.v1.PolicyServiceGrpc;
import dev.sensorium.proto.v1.PolicyTask;
import dev.sensorium.proto.v1.Space;
import dev.sensorium.proto.v1.Value;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/**
 * The policy service of {@link FakeServer}. It balances poles, and does nothing in all other spaces: 0, or the lower
 * bounds. An observation with the text "late" is answered late, one with "silence" not at all, one with "chaos" by a
 * response of no kind.
 */
public final class FakePolicies extends PolicyServiceGrpc.PolicyServiceImplBase {

    /** What the service was told, as it came. */
    public final Queue<ActRequest> requests = new ConcurrentLinkedQueue<>();

    /** Calls that the client cancelled. */
    public final CountDownLatch cancelled = new CountDownLatch(1);

    @Override
    public StreamObserver<ActRequest> act(StreamObserver<ActResponse> responses) {
        ((ServerCallStreamObserver<ActResponse>) responses).setOnCancelHandler(cancelled::countDown);
        return new Play(responses);
    }

    private final class Play implements StreamObserver<ActRequest> {

        private final StreamObserver<ActResponse> responses;
        private PolicyTask task = PolicyTask.getDefaultInstance();
        private long steps;
        private long late;

        Play(StreamObserver<ActResponse> responses) {
            this.responses = responses;
        }

        @Override
        public void onNext(ActRequest request) {
            requests.add(request);
            if (request.hasTask()) {
                begin(request.getTask());
                return;
            }
            steps++;
            String told = request.getObservation().getValuesMap().values().stream()
                    .map(Value::getText)
                    .filter(text -> !text.isEmpty())
                    .findFirst()
                    .orElse("");
            switch (told) {
                case "silence" -> {}
                case "chaos" -> responses.onNext(ActResponse.getDefaultInstance());
                case "late" -> {
                    late++;
                    responses.onNext(ActResponse.newBuilder()
                            .setSequence(steps)
                            .setLate(ActionLate.newBuilder().setDeadline(task.getActionDeadline()))
                            .build());
                }
                default -> responses.onNext(action(request));
            }
        }

        private void begin(PolicyTask asked) {
            task = asked;
            if (asked.getModel().equals("nobody")) {
                responses.onError(FakeEmbeddings.unknownModel("nobody"));
                return;
            }
            responses.onNext(ActResponse.newBuilder()
                    .setStarted(EpisodeStarted.newBuilder()
                            .setEpisodeId("episode 1")
                            .setModel("player/1"))
                    .build());
        }

        private ActResponse action(ActRequest request) {
            PolicyAction.Builder action = PolicyAction.newBuilder();
            task.getActionSpacesMap().forEach((part, space) -> action.putValues(part, value(request, space)));
            return ActResponse.newBuilder()
                    .setSequence(steps)
                    .setAction(ActionTaken.newBuilder()
                            .setAction(action)
                            .setQueueTime(millis(1))
                            .setComputeTime(millis(2)))
                    .build();
        }

        private Value value(ActRequest request, Space space) {
            if (space.hasBox()) {
                return numbers(space.getBox().getLowList());
            }
            if (space.hasText()) {
                return Value.newBuilder().setText("ok").build();
            }
            if (!task.getInstruction().equals("balance the pole")) {
                return numbers(List.of(0f));
            }
            List<Float> state = request.getObservation()
                    .getValuesOrThrow("state")
                    .getNumbers()
                    .getValuesList();
            float falling = 0.05f * state.get(0) + 0.1f * state.get(1) + state.get(2) + 0.5f * state.get(3);
            return numbers(List.of(falling > 0 ? 1f : 0f));
        }

        private static Value numbers(List<Float> numbers) {
            return Value.newBuilder()
                    .setNumbers(Numbers.newBuilder().addAllValues(numbers))
                    .build();
        }

        @Override
        public void onError(Throwable failure) {
            // the cancel handler hears of it
        }

        @Override
        public void onCompleted() {
            if (task.getInstruction().equals("never end well")) {
                responses.onError(
                        Status.UNAVAILABLE.withDescription("going down").asRuntimeException());
                return;
            }
            responses.onNext(ActResponse.newBuilder()
                    .setSequence(steps + 1)
                    .setFinished(EpisodeFinished.newBuilder()
                            .setSteps(steps)
                            .setLateActions(late)
                            .setQueueTime(millis(steps))
                            .setComputeTime(millis(2 * steps))
                            .setEpisodeTime(millis(1000)))
                    .build());
            responses.onCompleted();
        }

        private static com.google.protobuf.Duration millis(long millis) {
            return com.google.protobuf.Duration.newBuilder()
                    .setSeconds(millis / 1000)
                    .setNanos((int) (millis % 1000) * 1_000_000)
                    .build();
        }
    }
}
