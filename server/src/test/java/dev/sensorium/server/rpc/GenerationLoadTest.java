package dev.sensorium.server.rpc;

import static dev.sensorium.server.rpc.Requests.generate;
import static dev.sensorium.server.rpc.Requests.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import dev.sensorium.proto.v1.CaptionRequest;
import dev.sensorium.proto.v1.CaptionResponse;
import dev.sensorium.proto.v1.GenerateRequest;
import dev.sensorium.proto.v1.GenerationServiceGrpc;
import dev.sensorium.testkit.echo.EchoGate;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** More calls than there is room for, and clients that leave, are late or do not read. */
@QuarkusTest
class GenerationLoadTest extends ServiceTest {

    @Test
    void fourTimesTheLoadIsQueuedAndRefused() throws Exception {
        List<GenerationReader> inside = new ArrayList<>();
        try (EchoGate gate = shut("gabby")) {
            for (int i = 0; i < 12; i++) {
                inside.add(GenerationReader.open(channel, generate("gabby", "inside")));
            }
            await(() -> live("gabby") == 4 && queued("gabby") == 8);
            for (int i = 0; i < 4; i++) {
                Failure refused = GenerationReader.open(channel, generate("gabby", "outside"))
                        .failure();
                assertThat(refused.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                assertThat(refused.reason()).isEqualTo("QUEUE_FULL");
                assertThat(refused.hasRetryDelay()).isTrue();
            }
            gate.awaitHeld(1);
        }
        for (GenerationReader reader : inside) {
            assertThat(GenerationReader.text(reader.rest())).startsWith("inside inside");
        }
        await(() -> live("gabby") == 0 && queued("gabby") == 0);
    }

    @Test
    void aModelWithoutAFreeSlotRefusesAsWell() throws Exception {
        try (EchoGate gate = shut("narrow")) {
            GenerationReader slot = GenerationReader.open(channel, generate("narrow", "in the slot"));
            gate.awaitHeld(1);
            GenerationReader waiting = GenerationReader.open(channel, generate("narrow", "before it"));
            await(() -> live("narrow") == 2);
            Failure refused = GenerationReader.open(channel, generate("narrow", "nowhere"))
                    .failure();
            assertThat(refused.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(refused.reason()).isEqualTo("CAPACITY");
            assertThat(refused.hasRetryDelay()).isTrue();
            slot.cancel();
            waiting.cancel();
        }
        await(() -> live("narrow") == 0);
    }

    @Test
    void whatIsCancelledInTheQueueNeverReachesTheModel() throws Exception {
        double cancelled = counted("cancelled", "gabby");
        double tokens = counted("tokens", "gabby");
        List<GenerationReader> inside = new ArrayList<>();
        try (EchoGate gate = shut("gabby")) {
            for (int i = 0; i < 4; i++) {
                inside.add(GenerationReader.open(channel, generate("gabby", "inside")));
            }
            await(() -> live("gabby") == 4);
            GenerationReader cancel = GenerationReader.open(channel, generate("gabby", "never"));
            GenerationReader late = GenerationReader.open(
                    channel, generate("gabby", "too late"), Deadline.after(300, TimeUnit.MILLISECONDS));
            await(() -> queued("gabby") == 2 || late.isOver());
            cancel.cancel();
            await(() -> queued("gabby") == 0);
            assertThat(live("gabby")).isEqualTo(4);
            assertThat(counted("cancelled", "gabby")).isEqualTo(cancelled + 2);
            gate.awaitHeld(1);
        }
        inside.forEach(GenerationReader::rest);
        await(() -> live("gabby") == 0);
        assertThat(counted("tokens", "gabby")).isEqualTo(tokens + 4 * 20);
    }

    @Test
    void aCancelFreesThePlaceAtOnce() throws Exception {
        try (EchoGate gate = shut("echo")) {
            GenerationReader stream = GenerationReader.open(channel, generate("echo", "never said"));
            ListenableFuture<CaptionResponse> whole = GenerationServiceGrpc.newFutureStub(channel)
                    .caption(CaptionRequest.newBuilder()
                            .setModel("echo")
                            .setContent(text("never said"))
                            .build());
            gate.awaitHeld(1);
            await(() -> live("echo") == 2);
            stream.cancel();
            whole.cancel(true);
            await(() -> live("echo") == 0);
        }
    }

    @Test
    void aDeadlineFreesThePlaceAtOnce() throws Exception {
        try (EchoGate gate = shut("echo")) {
            GenerationReader late = GenerationReader.open(
                    channel, generate("echo", "never said"), Deadline.after(200, TimeUnit.MILLISECONDS));
            gate.awaitHeld(1);
            assertThat(late.failure().code()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
            await(() -> live("echo") == 0);
        }
    }

    /** Words of 900 characters fill what the transport buffers after some hundred. */
    @Test
    void aReaderWhoDoesNotReadPausesItsGenerationAndIsCutOff() throws Exception {
        double tokens = counted("tokens", "gabby");
        GenerationReader slow = GenerationReader.open(channel, many("gabby", "x".repeat(900), 1000));
        slow.next(5);
        for (int i = 0; i < 20; i++) {
            GenerationReader.open(channel, generate("gabby", "meanwhile")).rest();
        }
        assertThat(slow.isOver()).isFalse();
        await(() -> live("gabby") == 0); // the idle limit, 8 s in this world
        assertThat(counted("tokens", "gabby") - tokens - 20 * 20).isBetween(5.0, 400.0);
        Failure failure = slow.failure();
        assertThat(failure.code()).isEqualTo(Status.Code.ABORTED);
        assertThat(failure.reason()).isEqualTo("READER_IDLE");
    }

    @Test
    void aReaderWhoReadsSlowlyIsNotCutOff() throws Exception {
        GenerationReader slow = GenerationReader.open(channel, many("gabby", "x".repeat(900), 1000));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
        int read = 0;
        while (System.nanoTime() < end) {
            read += slow.next(30).size();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(150));
        }
        assertThat(slow.rest()).hasSize(1002 - read).last().matches(response -> response.hasFinished());
    }

    /** At most 12 calls at a time, as this world lets only 20 in, over connections that may reset 400 each. */
    @Test
    void aStormOfCancelsLeavesNothingBehind() {
        Random random = new Random(4);
        for (int connection = 0; connection < 4; connection++) {
            ManagedChannel other = connectAgain();
            for (int round = 0; round < 21; round++) {
                List<GenerationReader> readers = IntStream.range(0, 12)
                        .mapToObj(i -> GenerationReader.open(other, many("slow", "a b c", 100 + random.nextInt(100))))
                        .toList();
                readers.forEach(reader -> {
                    LockSupport.parkNanos(random.nextInt(2_000_000));
                    reader.cancel();
                });
            }
            other.shutdownNow();
        }
        await(() -> live("slow") == 0 && queued("slow") == 0);
        assertThat(GenerationReader.text(
                        GenerationReader.open(channel, many("slow", "a b c", 5)).rest()))
                .isEqualTo("a b c a b");
    }

    private static GenerateRequest many(String model, String words, int tokens) {
        GenerateRequest.Builder request = generate(model, words).toBuilder();
        request.getDecodingBuilder().setMaxTokens(tokens);
        return request.build();
    }
}
