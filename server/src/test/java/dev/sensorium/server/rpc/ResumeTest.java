package dev.sensorium.server.rpc;

import static dev.sensorium.server.rpc.Requests.generate;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.sensorium.proto.v1.GenerateRequest;
import dev.sensorium.proto.v1.GenerateResponse;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Generations outlive a connection that breaks, and nothing else. */
@QuarkusTest
class ResumeTest extends ServiceTest {

    private static final long LONG = 20_000;

    private BreakableWire wire;
    private ManagedChannel broken;

    @BeforeEach
    void layWire() {
        wire = new BreakableWire(server.getPort());
        broken = NettyChannelBuilder.forAddress("localhost", wire.port())
                .usePlaintext()
                .flowControlWindow(65_535)
                .build();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        broken.shutdownNow();
        wire.close();
        await(() -> live("slow") == 0 && live("gabby") == 0);
    }

    @Test
    void whatWasMissedIsSentAgain() throws Exception {
        GenerationReader first = GenerationReader.open(broken, request("slow", 30, LONG));
        List<GenerateResponse> responses = new ArrayList<>(first.next(6));
        wire.cut();
        assertThat(first.failure().code()).isEqualTo(Status.Code.UNAVAILABLE);

        responses.addAll(resume(responses.get(0), 5).rest());

        assertWhole(responses, 30);
    }

    @Test
    void aConnectionMayBreakAgainAndAgain() throws Exception {
        GenerationReader reader = GenerationReader.open(broken, request("slow", 60, LONG));
        List<GenerateResponse> responses = new ArrayList<>(reader.next(3));
        for (int i = 0; i < 5; i++) {
            wire.cut();
            reader.rest();
            reader = GenerationReader.resume(broken, id(responses.get(0)), responses.size() - 1);
            responses.addAll(reader.next(4));
        }
        responses.addAll(reader.rest());

        assertWhole(responses, 60);
    }

    @Test
    void theGenerationGoesOnMeanwhileAndEndsInItsPlace() throws Exception {
        GenerationReader first = GenerationReader.open(broken, request("slow", 40, LONG));
        List<GenerateResponse> responses = new ArrayList<>(first.next(2));
        wire.cut();
        await(() -> live("slow") == 0);

        responses.addAll(resume(responses.get(0), 1).rest());

        assertWhole(responses, 40);
    }

    /** In this world, 50 responses are kept: the first, and 49 tokens. */
    @Test
    void theGenerationPausesWhenThereIsNoRoomForMore() throws Exception {
        double tokens = counted("tokens", "slow");
        GenerationReader first = GenerationReader.open(broken, request("slow", 80, LONG));
        List<GenerateResponse> responses = new ArrayList<>(first.next(2));
        wire.cut();
        await(() -> counted("tokens", "slow") == tokens + 49);
        GenerationReader.open(channel, request("slow", 10, 0)).rest();
        assertThat(counted("tokens", "slow")).isEqualTo(tokens + 49 + 10);
        assertThat(live("slow")).isEqualTo(1);

        responses.addAll(resume(responses.get(0), 1).rest());

        assertWhole(responses, 80);
    }

    @Test
    void theWindowCloses() throws Exception {
        GenerationReader first = GenerationReader.open(broken, request("slow", 1000, 300));
        GenerateResponse started = first.next();
        wire.cut();
        await(() -> live("slow") == 0);

        assertNotFound(resume(started, 0));
    }

    @Test
    void withoutAWindowNothingIsKept() throws Exception {
        GenerationReader first = GenerationReader.open(broken, request("slow", 1000, 0));
        GenerateResponse started = first.next();
        wire.cut();
        await(() -> live("slow") == 0);

        assertNotFound(resume(started, 0));
    }

    @Test
    void aCancelEndsItAtOnce() throws Exception {
        GenerationReader first = GenerationReader.open(broken, request("slow", 1000, LONG));
        GenerateResponse started = first.next();
        first.cancel();
        await(() -> live("slow") == 0);

        assertNotFound(resume(started, 0));
    }

    @Test
    void aDeadlineEndsItAtOnce() throws Exception {
        Deadline deadline = Deadline.after(500, TimeUnit.MILLISECONDS);
        GenerationReader first = GenerationReader.open(broken, request("slow", 1000, LONG), deadline);
        GenerateResponse started = first.next();
        await(() -> live("slow") == 0);

        assertNotFound(resume(started, 0));
    }

    @Test
    void whoResumesTakesOverFromAReaderThatIsStillThere() throws Exception {
        GenerationReader old = GenerationReader.open(broken, request("slow", 60, LONG));
        List<GenerateResponse> responses = new ArrayList<>(old.next(4));
        GenerationReader taker = resume(responses.get(0), 3);
        responses.add(taker.next());

        Failure failure = old.failure();

        assertThat(failure.code()).isEqualTo(Status.Code.ABORTED);
        assertThat(failure.reason()).isEqualTo("GENERATION_RESUMED");
        wire.cut(); // which is nothing to the generation any more
        responses.addAll(taker.rest());
        assertWhole(responses, 60);
    }

    @Test
    void manyMayTakeOverOneAfterTheOther() throws Exception {
        GenerationReader reader = GenerationReader.open(channel, request("slow", 45, LONG));
        List<GenerateResponse> responses = new ArrayList<>(reader.next(1));
        for (int i = 0; i < 40; i++) {
            reader = resume(responses.get(0), responses.size() - 1);
            responses.add(reader.next());
        }
        responses.addAll(reader.rest());

        assertWhole(responses, 45);
    }

    @Test
    void aGenerationThatIsOverCanBeReadAgainWithinItsWindow() throws Exception {
        List<GenerateResponse> all =
                GenerationReader.open(channel, request("slow", 10, LONG)).rest();
        assertWhole(all, 10);

        assertThat(resume(all.get(0), 8).rest()).isEqualTo(all.subList(9, 12));
        assertThat(resume(all.get(0), 11).rest()).isEmpty();

        GenerateResponse shorter =
                GenerationReader.open(channel, request("slow", 3, 100)).rest().get(0);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
        assertNotFound(resume(shorter, 0));
    }

    @Test
    void aSequenceNumberMustBeOneOfItsOwnAndStillBeKept() throws Exception {
        GenerateResponse started =
                GenerationReader.open(channel, request("slow", 10, LONG)).rest().get(0);
        assertOutOfRange(resume(started, -1), "resume.after_sequence: -1 (expected: 0 to 11)");
        assertOutOfRange(resume(started, 12), "resume.after_sequence: 12 (expected: 0 to 11)");

        GenerateResponse longer = GenerationReader.open(channel, request("gabby", 500, LONG))
                .rest()
                .get(0); // of whose 502 responses about 50 are kept in this world
        assertThat(resume(longer, 3).failure().message())
                .matches("resume.after_sequence: 3 \\(expected: 45\\d to 501\\)");
        assertThat(resume(longer, 490).rest()).hasSize(11);
    }

    @Test
    void anIdThatIsNobodysIsNotFound() {
        for (String id : new String[] {"0".repeat(32), "x", "\u0000", "x".repeat(10_000)}) {
            assertNotFound(GenerationReader.resume(channel, id, 0));
        }
    }

    private GenerationReader resume(GenerateResponse started, long after) {
        return GenerationReader.resume(channel, id(started), after);
    }

    private static String id(GenerateResponse started) {
        return started.getStarted().getGenerationId();
    }

    private static void assertNotFound(GenerationReader reader) {
        Failure failure = reader.failure();
        assertThat(failure.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(failure.reason()).isEqualTo("GENERATION_NOT_FOUND");
    }

    private static void assertOutOfRange(GenerationReader reader, String message) {
        Failure failure = reader.failure();
        assertThat(failure.code()).isEqualTo(Status.Code.OUT_OF_RANGE);
        assertThat(failure.message()).isEqualTo(message);
    }

    private static void assertWhole(List<GenerateResponse> responses, int tokens) {
        assertThat(responses).hasSize(tokens + 2);
        for (int i = 0; i < responses.size(); i++) {
            assertThat(responses.get(i).getSequence()).isEqualTo(i);
        }
        assertThat(GenerationReader.text(responses))
                .isEqualTo("a b c ".repeat(tokens).substring(0, 2 * tokens - 1));
        assertThat(responses.get(tokens + 1).getFinished().getUsage().getGeneratedTokens())
                .isEqualTo(tokens);
    }

    private static GenerateRequest request(String model, int tokens, long windowMillis) {
        GenerateRequest.Builder request =
                generate(model, "a b c").toBuilder().setResumeWindow(Durations.fromMillis(windowMillis));
        request.getDecodingBuilder().setMaxTokens(tokens);
        return request.build();
    }
}
