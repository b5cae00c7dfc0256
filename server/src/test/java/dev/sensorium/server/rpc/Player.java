package dev.sensorium.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.proto.v1.ActRequest;
import dev.sensorium.proto.v1.ActResponse;
import dev.sensorium.proto.v1.BoxSpace;
import dev.sensorium.proto.v1.DiscreteSpace;
import dev.sensorium.proto.v1.Numbers;
import dev.sensorium.proto.v1.PolicyObservation;
import dev.sensorium.proto.v1.PolicyServiceGrpc;
import dev.sensorium.proto.v1.PolicyTask;
import dev.sensorium.proto.v1.Space;
import dev.sensorium.proto.v1.Value;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of one call of Act. */
final class Player implements ClientResponseObserver<ActRequest, ActResponse> {

    private final BlockingQueue<ActResponse> responses = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    @SuppressWarnings("NullAway.Init") // beforeStart is called first of all
    private ClientCallStreamObserver<ActRequest> flow;

    private Player() {}

    /** Opens a call, and says nothing yet. */
    static Player connect(Channel channel) {
        Player player = new Player();
        PolicyServiceGrpc.newStub(channel).act(player);
        return player;
    }

    /** Opens an episode of {@link #task}. */
    static Player open(Channel channel, String model) {
        Player player = connect(channel);
        player.send(task(model).build());
        return player;
    }

    /** A task that an echo model can act in: push as far as the position, in a box from -1 to 1, and choose one of 3. */
    static PolicyTask.Builder task(String model) {
        return PolicyTask.newBuilder()
                .setModel(model)
                .setInstruction("push")
                .putObservationSpaces("position", box(2, -5, 5))
                .putObservationSpaces("velocity", box(1, -10, 10))
                .putActionSpaces("push", box(2, -1, 1))
                .putActionSpaces("choice", discrete(3));
    }

    static Space box(int size, float low, float high) {
        BoxSpace.Builder box = BoxSpace.newBuilder().addShape(size);
        for (int i = 0; i < size; i++) {
            box.addLow(low).addHigh(high);
        }
        return Space.newBuilder().setBox(box).build();
    }

    static Space discrete(int size) {
        return Space.newBuilder()
                .setDiscrete(DiscreteSpace.newBuilder().setSize(size))
                .build();
    }

    static Value numbers(float... values) {
        Numbers.Builder numbers = Numbers.newBuilder();
        for (float value : values) {
            numbers.addValues(value);
        }
        return Value.newBuilder().setNumbers(numbers).build();
    }

    /** An observation of {@link #task}. */
    static PolicyObservation.Builder observation(float x, float y) {
        return PolicyObservation.newBuilder()
                .putValues("position", numbers(x, y))
                .putValues("velocity", numbers(0));
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<ActRequest> stream) {
        flow = stream;
    }

    @Override
    public void onNext(ActResponse response) {
        responses.add(response);
    }

    @Override
    public void onError(Throwable failure) {
        end.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
        end.complete(null);
    }

    void send(PolicyTask task) {
        flow.onNext(ActRequest.newBuilder().setTask(task).build());
    }

    void send(PolicyObservation.Builder observation) {
        flow.onNext(ActRequest.newBuilder().setObservation(observation).build());
    }

    void sendNothing() {
        flow.onNext(ActRequest.getDefaultInstance());
    }

    void finish() {
        flow.onCompleted();
    }

    void cancel() {
        flow.cancel("enough", null);
    }

    /** Reads a response, which must come. */
    ActResponse next() throws InterruptedException {
        while (true) {
            ActResponse response = responses.poll(10, TimeUnit.MILLISECONDS);
            if (response != null) {
                return response;
            }
            assertThat(end).isNotDone();
        }
    }

    /** Sends an observation, and reads the numbers of the action's part that follows. */
    List<Float> act(float x, float y, String part) throws InterruptedException {
        send(observation(x, y));
        return next().getAction()
                .getAction()
                .getValuesOrThrow(part)
                .getNumbers()
                .getValuesList();
    }

    /** Waits for the failure that ends the call. */
    Failure failure() {
        return Failure.of((StatusRuntimeException)
                end.handle((nothing, failure) -> failure).join());
    }

    /** Returns whether a response waits to be read, or the call is over. */
    boolean isAnswered() {
        return !responses.isEmpty() || isOver();
    }

    boolean isOver() {
        return end.isDone();
    }
}
