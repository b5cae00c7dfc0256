package dev.sensorium.server.rpc;

import static dev.sensorium.server.rpc.Player.box;
import static dev.sensorium.server.rpc.Player.discrete;
import static dev.sensorium.server.rpc.Player.numbers;
import static dev.sensorium.server.rpc.Player.observation;
import static dev.sensorium.server.rpc.Player.task;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import dev.sensorium.proto.v1.BoxSpace;
import dev.sensorium.proto.v1.ImageSpace;
import dev.sensorium.proto.v1.PolicyObservation;
import dev.sensorium.proto.v1.PolicyTask;
import dev.sensorium.proto.v1.Space;
import dev.sensorium.proto.v1.Value;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Episodes that do not make sense: a clear answer each, and nothing left behind. */
@QuarkusTest
class BadEpisodeTest extends ServiceTest {

    @Test
    void observationsThatDoNotFit() {
        refuses(observation(0, 0).putValues("velocity", numbers(Float.NaN)), "observation.values[\"velocity\"][0]");
        refuses(
                observation(0, 0).putValues("velocity", numbers(Float.POSITIVE_INFINITY)),
                "observation.values[\"velocity\"][0]");
        refuses(observation(0, 0).putValues("velocity", numbers(11)), "observation.values[\"velocity\"][0]");
        refuses(observation(0, 0).putValues("velocity", numbers(1, 1)), "observation.values[\"velocity\"]");
        refuses(observation(0, 0).putValues("velocity", numbers()), "observation.values[\"velocity\"]");
        refuses(observation(0, 0).removeValues("velocity"), "observation.values[\"velocity\"]");
        refuses(observation(0, 0).putValues("weight", numbers(1)), "observation.values[\"weight\"]");
        refuses(
                observation(0, 0)
                        .putValues(
                                "velocity", Value.newBuilder().setText("fast").build()),
                "observation.values[\"velocity\"]");
        refuses(
                observation(0, 0)
                        .putValues(
                                "velocity",
                                Value.newBuilder().setPixels(ByteString.EMPTY).build()),
                "observation.values[\"velocity\"]");
    }

    /** Plays until the observation, which is refused as not what the task says. */
    private void refuses(PolicyObservation.Builder observation, String field) {
        Player player = Player.open(channel, "echo");
        player.send(observation(1, 1));
        player.send(observation);
        player.failure().assertInvalid("INVALID_INPUT", field);
    }

    @Test
    void observationsThatCannotBeRead() {
        unreadable(
                observation(0, 0).putValues("velocity", Value.getDefaultInstance()),
                "observation.values[\"velocity\"]");
        unreadable(observation(0, 0).setReward(Double.NaN), "observation.reward");
        unreadable(observation(0, 0).setDeadline(Duration.getDefaultInstance()), "observation.deadline");
        unreadable(
                observation(0, 0).setDeadline(Duration.newBuilder().setSeconds(Long.MAX_VALUE)),
                "observation.deadline");
        String text = "x".repeat(1001);
        unreadable(
                observation(0, 0)
                        .putValues("velocity", Value.newBuilder().setText(text).build()),
                "observation.values[\"velocity\"].text");
    }

    private void unreadable(PolicyObservation.Builder observation, String field) {
        Player player = Player.open(channel, "echo");
        player.send(observation);
        player.failure().assertInvalid("INVALID_REQUEST", field);
    }

    @Test
    void aNameWithoutAnEnd() {
        Player player = Player.open(channel, "echo");
        player.send(observation(0, 0).putValues("x".repeat(100_000), numbers(1)));
        Failure failure = player.failure();
        assertThat(failure.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.message()).hasSizeLessThan(500);
    }

    @Test
    void messagesOutOfTurn() {
        Player early = Player.connect(channel);
        early.send(observation(0, 0));
        early.failure().assertInvalid("INVALID_REQUEST", "observation");

        Player twice = Player.open(channel, "echo");
        twice.send(task("echo").build());
        twice.failure().assertInvalid("INVALID_REQUEST", "task");

        Player silent = Player.connect(channel);
        silent.finish();
        silent.failure().assertInvalid("INVALID_REQUEST", "task");

        Player empty = Player.connect(channel);
        empty.sendNothing();
        empty.failure().assertInvalid("INVALID_REQUEST", "message");
    }

    @Test
    void tasksThatAreNone() {
        refusesTask(
                task("echo").putObservationSpaces("velocity", Space.getDefaultInstance()),
                "INVALID_REQUEST",
                "task.observation_spaces[\"velocity\"]");
        refusesTask(
                task("echo").putActionSpaces("push", box(1, 1, -1)), "INVALID_REQUEST", "task.action_spaces[\"push\"]");
        refusesTask(task("echo").putActionSpaces("push", huge()), "INVALID_REQUEST", "task.action_spaces[\"push\"]");
        refusesTask(
                task("echo").putActionSpaces("choice", discrete(0)),
                "INVALID_REQUEST",
                "task.action_spaces[\"choice\"]");
        refusesTask(task("echo").clearObservationSpaces(), "INVALID_INPUT", "task.observation_spaces");
        refusesTask(task("echo").clearActionSpaces(), "INVALID_INPUT", "task.action_spaces");
        refusesTask(task("echo").putActionSpaces("a b", discrete(2)), "INVALID_INPUT", "task.action_spaces");
        refusesTask(task("echo").putActionSpaces("draw", picture()), "INVALID_INPUT", "task.action_spaces[\"draw\"]");
        refusesTask(task("echo").setInstruction("x".repeat(1001)), "INVALID_REQUEST", "task.instruction");
        refusesTask(
                task("echo").setActionDeadline(Duration.newBuilder().setNanos(-1)),
                "INVALID_REQUEST",
                "task.action_deadline");
    }

    private static Space huge() {
        return Space.newBuilder()
                .setBox(BoxSpace.newBuilder().addAllShape(Collections.nCopies(100, Integer.MAX_VALUE)))
                .build();
    }

    private static Space picture() {
        return Space.newBuilder()
                .setImage(ImageSpace.newBuilder().setHeight(1).setWidth(1).setChannels(3))
                .build();
    }

    private void refusesTask(PolicyTask.Builder task, String reason, String field) {
        Player player = Player.connect(channel);
        player.send(task.build());
        player.failure().assertInvalid(reason, field);
    }

    @Test
    void demonstrationsThatDoNotFit() {
        var step = ActTest.demonstrated(0, 0);
        refusesTask(task("echo").addAllDemonstration(Collections.nCopies(78, step)), "TOO_LONG", "task.demonstration");
        refusesTask(
                task("echo")
                        .addDemonstration(step)
                        .addDemonstration(step.toBuilder().clearAction()),
                "INVALID_INPUT",
                "task.demonstration[1].action.values[\"choice\"]");
        refusesTask(
                task("echo").addDemonstration(step.toBuilder().setObservation(observation(9, 0))),
                "INVALID_INPUT",
                "task.demonstration[0].observation.values[\"position\"][0]");
    }

    @Test
    void modelsThatCannotAct() {
        Player player = Player.open(channel, "embedder");
        assertThat(player.failure().reason()).isEqualTo("UNSUPPORTED_CAPABILITY");
        assertThat(Player.open(channel, "nobody").failure().code()).isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void clientsWhoDoNothingAreCutOff() throws Exception {
        Player player = Player.open(channel, "echo");
        player.next();
        Player silent = Player.connect(channel);
        for (Player idle : List.of(player, silent)) {
            Failure failure = idle.failure(); // the idle limit, 8 s in this world
            assertThat(failure.code()).isEqualTo(Status.Code.ABORTED);
            assertThat(failure.reason()).isEqualTo("CLIENT_IDLE");
        }
        await(() -> episodes("echo") == 0);
    }

    /** At most 8 at a time, as this world lets only 10 episodes in, over connections that may reset 400 each. */
    @Test
    void tenThousandTasksOpenedAndDroppedLeaveNothingBehind() throws Exception {
        double opened = acted("opened", "echo");
        for (int connection = 0; connection < 27; connection++) {
            ManagedChannel other = connectAgain();
            for (int round = 0; round < 48; round++) {
                await(() -> episodes("echo") == 0); // those that were dropped before they came in may still come
                drop(other, round);
            }
            other.shutdownNow();
        }
        await(() -> episodes("echo") == 0);
        assertThat(acted("opened", "echo") - opened).isGreaterThan(5_000);
        Player player = Player.open(channel, "echo");
        player.next();
        assertThat(player.act(1, 0, "push")).containsExactly(1f, 0f);
        player.cancel();
    }

    /** Opens 8 episodes and drops them: at once, when they have begun, or while the model acts. */
    private static void drop(ManagedChannel connection, int round) {
        List<Player> players = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            players.add(Player.open(connection, "echo"));
        }
        if (round % 3 > 0) {
            players.forEach(player -> await(player::isAnswered));
        }
        if (round % 3 > 1) {
            players.forEach(player -> player.send(observation(0, 0)));
        }
        players.forEach(Player::cancel);
    }
}
