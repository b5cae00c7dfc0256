package dev.sensorium.client;

import static dev.sensorium.client.SensoriumTest.picture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sensorium.client.SensoriumException.Code;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How calls fail, are tried again, end at their deadline and are awaited, whatever they ask. */
class CallTest {

    private static final Content RED_CIRCLE = picture("red circle");

    private final FakeServer server = new FakeServer();
    private final Sensorium sensorium = Sensorium.connect(server.target());

    @AfterEach
    void close() {
        sensorium.close();
        server.close();
    }

    @Test
    void failureCarriesReasonFieldsAndMetadata() {
        var failure = catchThrowableOfType(
                SensoriumException.InvalidArgument.class, () -> sensorium.embed(picture("broken")));

        assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(failure.reason()).isEqualTo("INVALID_INPUT");
        assertThat(failure).hasMessageStartingWith("contents[0]: not a picture");
        assertThat(failure.metadata()).containsEntry("model", "words/1");
        assertThat(failure.violations()).extracting(FieldViolation::field).containsExactly("contents[0]");
        assertThat(failure.retryDelay()).isEmpty();
    }

    @Test
    void failureCarriesRetryDelay() {
        server.failNext(FakeServer.rich(Status.Code.RESOURCE_EXHAUSTED, "CAPACITY", "queue: full", "", "", 3));

        var failure =
                catchThrowableOfType(SensoriumException.ResourceExhausted.class, () -> sensorium.embed(RED_CIRCLE));

        assertThat(failure.retryDelay()).contains(Duration.ofSeconds(3));
        assertThat(server.calls).containsExactly("Embed");
    }

    @Test
    void namesTheModelThatIsNotThere() {
        assertThatExceptionOfType(SensoriumException.NotFound.class)
                .isThrownBy(() -> sensorium.model("nothing"))
                .withMessage("model: \"nothing\" (expected: words)");
    }

    @Test
    void codesAreThoseOfGrpc() {
        for (Status.Code code : Status.Code.values()) {
            if (code != Status.Code.OK && code != Status.Code.UNAVAILABLE) {
                server.failNext(new StatusRuntimeException(code.toStatus()));
                var failure = catchThrowableOfType(SensoriumException.class, () -> sensorium.embed(RED_CIRCLE));
                assertThat(failure.code().name()).isEqualTo(code.name());
                assertThat(failure).hasMessage(code.name());
            }
        }
    }

    @Test
    void retriesWhenUnavailable() {
        server.failNext(FakeServer.unavailable(), FakeServer.unavailable(), FakeServer.unavailable());

        assertThat(sensorium.embed(RED_CIRCLE).dimensions()).isEqualTo(4);
        assertThat(server.calls).containsExactly("Embed", "Embed", "Embed", "Embed");
    }

    @Test
    void retriesLargeRequestsToo() {
        server.failNext(FakeServer.unavailable());

        sensorium.embed(Content.image(new byte[20 << 20]));

        assertThat(server.calls).hasSize(2);
    }

    @Test
    void retriesAreBounded() {
        StatusRuntimeException[] many = new StatusRuntimeException[10];
        java.util.Arrays.setAll(many, i -> FakeServer.unavailable());
        server.failNext(many);

        assertThatExceptionOfType(SensoriumException.Unavailable.class)
                .isThrownBy(() -> sensorium.embed(RED_CIRCLE))
                .withMessage("going down");
        assertThat(server.calls).hasSize(4);
    }

    @Test
    void saysThatItCannotConnect() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        try (var nobody = Sensorium.connect("localhost:" + port)) {
            assertThatExceptionOfType(SensoriumException.Unavailable.class)
                    .isThrownBy(nobody::serving)
                    .withMessageStartingWith("cannot connect: Connection refused");
        }
    }

    @Test
    void deadlineEndsACall() {
        EmbedOptions options = EmbedOptions.DEFAULT.withDeadline(Duration.ofMillis(100));

        assertThatExceptionOfType(SensoriumException.DeadlineExceeded.class)
                .isThrownBy(() -> sensorium.embed(Content.text("silence"), options));
    }

    @Test
    void clientHasADeadlineOfItsOwn() {
        try (var hasty = Sensorium.builder(server.target())
                .deadline(Duration.ofMillis(100))
                .build()) {
            assertThatExceptionOfType(SensoriumException.DeadlineExceeded.class)
                    .isThrownBy(() -> hasty.embed(Content.text("silence")));
        }
    }

    @Test
    void futureIsAnswered() throws Exception {
        var async = sensorium.async();

        var embedding = async.embed(RED_CIRCLE, EmbedOptions.DEFAULT);
        var batch = async.embed(List.of(RED_CIRCLE), EmbedOptions.DEFAULT);
        var match = async.match(RED_CIRCLE, List.of("red circle", "blue"), MatchOptions.DEFAULT);
        var matches = async.match(List.of(RED_CIRCLE), List.of("red circle", "blue"), MatchOptions.DEFAULT);

        assertThat(batch.get().embeddings()).containsExactly(embedding.get());
        assertThat(match.get().best().text()).isEqualTo("red circle");
        assertThat(matches.get()).containsExactly(match.get());
        assertThat(async.model("words").get()).isEqualTo(sensorium.model("words"));
        assertThat(async.serving("").get()).isTrue();
    }

    @Test
    void futureFailsAsTheCallDoes() {
        var future = sensorium.async().embed(picture("broken"), EmbedOptions.DEFAULT);

        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(future::get)
                .withCauseInstanceOf(SensoriumException.InvalidArgument.class);
    }

    @Test
    void cancellingTheFutureCancelsTheCall() throws InterruptedException {
        CompletableFuture<Embedding> future = sensorium.async().embed(Content.text("silence"), EmbedOptions.DEFAULT);
        assertThat(server.embeddings.silenced.await(10, TimeUnit.SECONDS)).isTrue();

        future.cancel(false);

        assertThat(server.embeddings.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    }
}
