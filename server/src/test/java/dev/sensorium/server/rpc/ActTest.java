package dev.sensorium.server.rpc;

import static dev.sensorium.server.rpc.Player.numbers;
import static dev.sensorium.server.rpc.Player.observation;
import static dev.sensorium.server.rpc.Player.task;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import dev.sensorium.proto.v1.ActResponse;
import dev.sensorium.proto.v1.Capability;
import dev.sensorium.proto.v1.DemonstrationStep;
import dev.sensorium.proto.v1.GetModelRequest;
import dev.sensorium.proto.v1.ImageSpace;
import dev.sensorium.proto.v1.ModelServiceGrpc;
import dev.sensorium.proto.v1.MultiDiscreteSpace;
import dev.sensorium.proto.v1.PolicyAction;
import dev.sensorium.proto.v1.PolicyObservation;
import dev.sensorium.proto.v1.PolicyTask;
import dev.sensorium.proto.v1.Space;
import dev.sensorium.proto.v1.TextSpace;
import dev.sensorium.proto.v1.Value;
import dev.sensorium.testkit.echo.EchoGate;
import io.grpc.Status;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Episodes, as a client plays them. */
@QuarkusTest
class ActTest extends ServiceTest {

    @Test
    void anEpisodeIsAStartActionsAndASummary() throws Exception {
        Player player = Player.open(channel, "echo/1");
        ActResponse started = player.next();
        assertThat(started.getSequence()).isZero();
        assertThat(started.getStarted().getEpisodeId()).matches("[0-9a-f]{32}");
        assertThat(started.getStarted().getModel()).isEqualTo("echo/1");
        for (int step = 1; step <= 3; step++) {
            player.send(observation(0.5f, -step).setReward(1));
            ActResponse response = player.next();
            assertThat(response.getSequence()).isEqualTo(step);
            PolicyAction action = response.getAction().getAction();
            assertThat(action.getValuesOrThrow("push")).isEqualTo(numbers(0.5f, -1));
            assertThat(action.getValuesOrThrow("choice")).isEqualTo(numbers(1));
            assertThat(response.getAction().getComputeTime().getNanos()).isPositive();
        }
        player.finish();
        ActResponse last = player.next();
        assertThat(last.getSequence()).isEqualTo(4);
        assertThat(last.getFinished().getSteps()).isEqualTo(3);
        assertThat(last.getFinished().getLateActions()).isZero();
        assertThat(last.getFinished().getComputeTime().getNanos()).isPositive();
        await(player::isOver);
        await(() -> episodes("echo") == 0);
    }

    @Test
    void everyKindOfSpaceCanBePlayedIn() throws Exception {
        Player player = Player.connect(channel);
        player.send(PolicyTask.newBuilder()
                .setModel("echo")
                .setInstruction("say it")
                .putObservationSpaces(
                        "a.picture",
                        space(ImageSpace.newBuilder().setHeight(2).setWidth(1).setChannels(3)))
                .putObservationSpaces("b.word", space(TextSpace.newBuilder().setMaxLength(9)))
                .putActionSpaces(
                        "keys",
                        space(MultiDiscreteSpace.newBuilder().addSizes(5).addSizes(7)))
                .putActionSpaces("speech", space(TextSpace.newBuilder().setMaxLength(3)))
                .build());
        player.next();
        player.send(PolicyObservation.newBuilder()
                .putValues(
                        "a.picture",
                        Value.newBuilder()
                                .setPixels(ByteString.copyFrom(new byte[] {4, 0, 0, 0, 0, 0}))
                                .build())
                .putValues("b.word", Value.newBuilder().setText("abc").build()));
        PolicyAction action = player.next().getAction().getAction();
        assertThat(action.getValuesOrThrow("keys")).isEqualTo(numbers(4, 3));
        assertThat(action.getValuesOrThrow("speech").getText()).isEqualTo("say");
        player.cancel();
    }

    private static Space space(ImageSpace.Builder image) {
        return Space.newBuilder().setImage(image).build();
    }

    private static Space space(TextSpace.Builder text) {
        return Space.newBuilder().setText(text).build();
    }

    private static Space space(MultiDiscreteSpace.Builder several) {
        return Space.newBuilder().setMultiDiscrete(several).build();
    }

    @Test
    void theSameSeedActsTheSame() throws Exception {
        List<List<Float>> actions = new ArrayList<>();
        for (long seed : new long[] {7, 7, 8}) {
            Player player = Player.connect(channel);
            player.send(task("echo").setSeed(seed).build());
            player.next();
            actions.add(player.act(0, 0, "push"));
            player.cancel();
        }
        assertThat(actions.get(0)).isEqualTo(actions.get(1)).isNotEqualTo(actions.get(2));
    }

    @Test
    void aTaskMayHaveADemonstration() throws Exception {
        Player player = Player.connect(channel);
        player.send(task("echo").addDemonstration(demonstrated(0, 0)).build());
        player.next();
        assertThat(player.act(1, 1, "push")).containsExactly(1f, 1f);
        player.cancel();
    }

    static DemonstrationStep demonstrated(float x, float y) {
        return DemonstrationStep.newBuilder()
                .setObservation(observation(x, y))
                .setAction(PolicyAction.newBuilder()
                        .putValues("push", numbers(0, 0))
                        .putValues("choice", numbers(0)))
                .build();
    }

    @Test
    void manyEpisodesAtOnceDoNotDisturbEachOther() throws Exception {
        List<Player> players = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            players.add(Player.open(channel, "echo"));
        }
        for (Player player : players) {
            player.next();
        }
        for (int step = 0; step < 20; step++) {
            for (int i = 0; i < 10; i++) {
                players.get(i).send(observation(i / 10f, -i / 10f));
            }
            for (int i = 0; i < 10; i++) {
                assertThat(players.get(i).next().getAction().getAction().getValuesOrThrow("push"))
                        .isEqualTo(numbers(i / 10f, -i / 10f));
            }
        }
        Player eleventh = Player.open(channel, "echo");
        Failure refused = eleventh.failure();
        assertThat(refused.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(refused.reason()).isEqualTo("TOO_MANY_EPISODES");
        assertThat(refused.hasRetryDelay()).isTrue();
        players.forEach(Player::cancel);
        await(() -> episodes("echo") == 0);
        Player again = Player.open(channel, "echo");
        assertThat(again.next().hasStarted()).isTrue();
        again.cancel();
    }

    @Test
    void aModelWithoutAFreePlaceSaysSo() throws Exception {
        Player only = Player.open(channel, "narrow");
        only.next();
        Failure refused = Player.open(channel, "narrow").failure();
        assertThat(refused.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(refused.reason()).isEqualTo("CAPACITY");
        assertThat(refused.hasRetryDelay()).isTrue();
        only.cancel();
        await(() -> episodes("narrow") == 0);
    }

    @Test
    void aLateActionIsToldAndNotSent() throws Exception {
        double late = acted("late", "echo");
        Player player = Player.connect(channel);
        player.send(task("echo").setActionDeadline(millis(20_000)).build());
        player.next();
        try (EchoGate gate = shut("echo")) {
            player.send(observation(0.1f, 0).setDeadline(millis(50)));
            ActResponse told = player.next();
            gate.awaitHeld(1);
            assertThat(told.getSequence()).isEqualTo(1);
            assertThat(told.getLate().getDeadline()).isEqualTo(millis(50));
            player.send(observation(0.2f, 0).setDeadline(millis(50)));
            assertThat(player.next().hasLate()).isTrue();
            player.send(observation(0.3f, 0));
        }
        ActResponse next = player.next();
        assertThat(next.getSequence()).isEqualTo(3);
        assertThat(next.getAction().getAction().getValuesOrThrow("push")).isEqualTo(numbers(0.3f, 0));
        player.finish();
        assertThat(player.next().getFinished().getLateActions()).isEqualTo(2);
        assertThat(acted("late", "echo") - late).isEqualTo(2);
    }

    private static Duration millis(long millis) {
        return Duration.newBuilder()
                .setSeconds(millis / 1000)
                .setNanos((int) (millis % 1000) * 1_000_000)
                .build();
    }

    @Test
    void anEndWhileTheModelActsComesAfterTheAction() throws Exception {
        Player player = Player.open(channel, "echo");
        try (EchoGate gate = shut("echo")) {
            player.send(observation(0, 0));
            player.finish();
            assertThat(player.next().hasStarted()).isTrue();
            gate.awaitHeld(1);
        }
        assertThat(player.next().hasAction()).isTrue();
        assertThat(player.next().getFinished().getSteps()).isEqualTo(1);
    }

    @Test
    void aCancelFreesThePlaceAtOnce() throws Exception {
        try (EchoGate gate = shut("echo")) {
            Player player = Player.open(channel, "echo");
            player.send(observation(0, 0));
            gate.awaitHeld(1);
            player.cancel();
            await(() -> episodes("echo") == 0);
        }
    }

    @Test
    void theListOfModelsTellsWhoCanAct() {
        var models = ModelServiceGrpc.newBlockingStub(channel);
        assertThat(models.getModel(GetModelRequest.newBuilder().setModel("echo").build())
                        .getModel()
                        .getCapabilitiesList())
                .contains(Capability.CAPABILITY_ACT);
        assertThat(models.getModel(GetModelRequest.newBuilder()
                                .setModel("embedder")
                                .build())
                        .getModel()
                        .getCapabilitiesList())
                .doesNotContain(Capability.CAPABILITY_ACT);
    }
}
