package dev.sensorium.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sensorium.client.PolicyTask.Demonstrated;
import dev.sensorium.client.SensoriumException.Code;
import dev.sensorium.proto.v1.PolicyObservation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EpisodeTest {

    private static final PolicyTask TASK = PolicyTask.of(
            "say and push",
            Map.of("word", new Space.Text(9)),
            Map.of("push", Space.Box.of(2, -1, 1), "say", new Space.Text(3)));

    private final FakeServer server = new FakeServer();
    private final Sensorium sensorium = Sensorium.connect(server.target());

    @AfterEach
    void close() {
        sensorium.close();
        server.close();
    }

    private static Observation word(String word) {
        return Observation.of(Map.of("word", new Value.Words(word)));
    }

    @Test
    void observationsAreAnsweredByActions() {
        try (Episode episode = sensorium.act(TASK)) {
            assertThat(episode.started()).isEqualTo(new Episode.Started("episode 1", "player/1"));
            ActResult first = episode.act(word("go"));
            assertThat(first.step()).isEqualTo(1);
            assertThat(first.queueTime()).isEqualTo(Duration.ofMillis(1));
            assertThat(first.computeTime()).isEqualTo(Duration.ofMillis(2));
            assertThat(first.action().numbers("push")).containsExactly(-1f, -1f);
            assertThat(first.action().values()).containsEntry("say", new Value.Words("ok"));
            assertThat(episode.act(word("on").withReward(1)).step()).isEqualTo(2);
            assertThat(episode.finish())
                    .isEqualTo(new EpisodeSummary(
                            2, 0, Duration.ofMillis(2), Duration.ofMillis(4), Duration.ofSeconds(1)));
            assertThat(episode.finish().steps()).isEqualTo(2);
        }
    }

    @Test
    void tasksSayEverything() {
        PolicyTask task = PolicyTask.of(
                        "play",
                        Map.of(
                                "picture", new Space.Image(1, 2, 3),
                                "state", new Space.Box(List.of(1, 1), List.of(-1f), List.of(1f)),
                                "keys", new Space.MultiDiscrete(List.of(2, 3))),
                        Map.of("key", new Space.Discrete(4)))
                .withDemonstration(List.of(new Demonstrated(
                        Observation.of(Map.of(
                                "picture", Value.pixels(new byte[] {1, 2, 3, 4, 5, 6}),
                                "state", Value.numbers(0.5f),
                                "keys", Value.numbers(1, 2))),
                        new Action(Map.of("key", Value.numbers(3))))));
        ActOptions options =
                ActOptions.DEFAULT.withModel("player").withSeed(7).withActionDeadline(Duration.ofMillis(1500));
        try (Episode episode = sensorium.act(task, options)) {
            episode.started();
        }
        var sent = server.policies.requests.remove().getTask();
        assertThat(sent.getModel()).isEqualTo("player");
        assertThat(sent.getInstruction()).isEqualTo("play");
        assertThat(sent.getSeed()).isEqualTo(7);
        assertThat(sent.getActionDeadline().getNanos()).isEqualTo(500_000_000);
        assertThat(sent.getObservationSpacesOrThrow("picture").getImage().getChannels())
                .isEqualTo(3);
        assertThat(sent.getObservationSpacesOrThrow("state").getBox().getShapeList())
                .containsExactly(1, 1);
        assertThat(sent.getObservationSpacesOrThrow("keys").getMultiDiscrete().getSizesList())
                .containsExactly(2, 3);
        assertThat(sent.getActionSpacesOrThrow("key").getDiscrete().getSize()).isEqualTo(4);
        var step = sent.getDemonstration(0);
        assertThat(step.getObservation().getValuesOrThrow("picture").getPixels().toByteArray())
                .containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(step.getAction().getValuesOrThrow("key").getNumbers().getValues(0))
                .isEqualTo(3);
    }

    @Test
    void observationsMayHaveRewardAndDeadline() {
        try (Episode episode = sensorium.act(TASK)) {
            episode.act(word("go").withReward(-0.5).withDeadline(Duration.ofMillis(20)));
        }
        server.policies.requests.remove();
        PolicyObservation sent = server.policies.requests.remove().getObservation();
        assertThat(sent.getReward()).isEqualTo(-0.5);
        assertThat(sent.getDeadline().getNanos()).isEqualTo(20_000_000);
    }

    @Test
    void lateActionsAreTold() {
        ActOptions options = ActOptions.DEFAULT.withActionDeadline(Duration.ofMillis(30));
        try (Episode episode = sensorium.act(TASK, options)) {
            ActResult late = episode.act(word("late"));
            assertThat(late.late()).isTrue();
            assertThat(late.computeTime()).isEqualTo(Duration.ofMillis(30));
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(late::action)
                    .withMessage("action 1: late (expected: in time)");
            assertThat(episode.act(word("go")).late()).isFalse();
            assertThat(episode.finish().lateActions()).isEqualTo(1);
        }
    }

    @Test
    void closingEndsWhatWaitsHereAndAtTheServer() throws Exception {
        Episode episode = sensorium.act(TASK);
        CompletableFuture<ActResult> answer = episode.actLater(word("silence"));
        episode.started();
        episode.close();
        episode.close();
        assertThat(answer.handle((result, failure) -> ((SensoriumException) failure).code())
                        .get(10, TimeUnit.SECONDS))
                .isEqualTo(Code.CANCELLED);
        assertThat(server.policies.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertThatExceptionOfType(SensoriumException.class)
                .isThrownBy(() -> episode.act(word("go")))
                .withMessage("the episode was closed");
    }

    @Test
    void failuresReachWhoeverWaits() {
        try (Episode episode = sensorium.act(TASK, ActOptions.DEFAULT.withModel("nobody"))) {
            for (int i = 0; i < 2; i++) {
                assertThat(catchThrowableOfType(SensoriumException.class, () -> episode.act(word("go")))
                                .code())
                        .isEqualTo(Code.NOT_FOUND);
            }
            assertThat(catchThrowableOfType(SensoriumException.class, episode::started)
                            .code())
                    .isEqualTo(Code.NOT_FOUND);
        }
        try (Episode episode = sensorium.act(PolicyTask.of("never end well", TASK.observation(), TASK.action()))) {
            episode.act(word("go"));
            assertThat(catchThrowableOfType(SensoriumException.class, episode::finish)
                            .code())
                    .isEqualTo(Code.UNAVAILABLE);
        }
    }

    @Test
    void nothingIsActedAfterTheEnd() {
        try (Episode episode = sensorium.act(TASK)) {
            episode.finish();
            assertThatExceptionOfType(SensoriumException.class)
                    .isThrownBy(() -> episode.act(word("go")))
                    .withMessage("the episode is finished");
        }
    }

    @Test
    void responsesThatAreNotAsTheContractHasItAreComplainedAbout() {
        try (Episode episode = sensorium.act(TASK)) {
            assertThatExceptionOfType(SensoriumException.class)
                    .isThrownBy(() -> episode.act(word("chaos")))
                    .withMessageStartingWith("response 0: no event (expected: ");
        }
    }

    @Test
    void actionsTellWhatTheyHave() {
        Action action = new Action(Map.of("say", new Value.Words("ok")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> action.numbers("push"))
                .withMessage("part: \"push\" (expected: one with numbers, of [say])");
    }
}
