package dev.sensorium.server.rpc;

import static dev.sensorium.server.rpc.ImageReader.draw;
import static dev.sensorium.server.rpc.ImageReader.pictures;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.proto.v1.GenerateImageResponse;
import dev.sensorium.testkit.echo.EchoGate;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** More pictures than there is room for, and clients that leave, are late or do not read. */
@QuarkusTest
class ImageLoadTest extends ServiceTest {

    @Test
    void picturesWaitAndCallsBeyondAreRefused() throws Exception {
        List<ImageReader> inside = new ArrayList<>();
        try (EchoGate gate = shut("echo")) {
            for (int i = 0; i < 2; i++) {
                inside.add(ImageReader.open(channel, draw("echo", "inside").setCount(6)));
            }
            await(() -> drawing("echo") == 4 && undrawn("echo") == 8);
            Failure refused = ImageReader.open(channel, draw("echo", "outside")).failure();
            assertThat(refused.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(refused.reason()).isEqualTo("QUEUE_FULL");
            assertThat(refused.hasRetryDelay()).isTrue();
            gate.awaitHeld(1);
        }
        for (ImageReader reader : inside) {
            assertThat(pictures(reader.rest())).hasSize(6);
        }
        await(() -> drawing("echo") == 0 && undrawn("echo") == 0);
    }

    @Test
    void aModelWithoutAFreeSlotRefusesAsWell() throws Exception {
        try (EchoGate gate = shut("narrow")) {
            Failure refused = ImageReader.open(channel, draw("narrow", "three").setCount(3))
                    .failure();
            assertThat(refused.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(refused.reason()).isEqualTo("CAPACITY");
            assertThat(refused.hasRetryDelay()).isTrue();
            await(() -> drawing("narrow") == 0);
        }
    }

    @Test
    void aCancelFreesThePlacesOfPicturesThatAreDrawnAndThatWait() throws Exception {
        double cancelled = drawn("cancelled", "echo");
        try (EchoGate gate = shut("echo")) {
            ImageReader reader =
                    ImageReader.open(channel, draw("echo", "never drawn").setCount(6));
            gate.awaitHeld(1);
            await(() -> drawing("echo") == 4 && undrawn("echo") == 2);
            reader.cancel();
            await(() -> drawing("echo") == 0 && undrawn("echo") == 0);
        }
        assertThat(drawn("cancelled", "echo")).isEqualTo(cancelled + 6);
    }

    @Test
    void aDeadlineFreesThePlaces() throws Exception {
        try (EchoGate gate = shut("echo")) {
            ImageReader late = ImageReader.open(
                    channel, draw("echo", "never drawn").setCount(6), Deadline.after(200, TimeUnit.MILLISECONDS));
            gate.awaitHeld(1);
            assertThat(late.failure().code()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
            await(() -> drawing("echo") == 0 && undrawn("echo") == 0);
        }
    }

    @Test
    void aCancelWhileItIsRankedLeavesNothingBehind() throws Exception {
        try (EchoGate gate = shut("wide")) {
            ImageReader reader =
                    ImageReader.open(channel, draw("echo", "ranked").setCount(6).setRerankModel("wide"));
            gate.awaitHeld(1);
            await(() -> drawing("echo") == 0);
            reader.cancel();
        }
        await(() -> waiting("wide") == 0);
    }

    /** The 4,800 previews of its 800 pieces each are far more than what the transport buffers. */
    @Test
    void aReaderWhoDoesNotReadMissesPreviewsAndNoPicture() throws Exception {
        double finished = drawn("finished", "easel");
        ImageReader slow = ImageReader.open(
                channel, draw("easel", "a red circle").setCount(6).setPreviewInterval(1));
        slow.next();
        await(() -> drawn("finished", "easel") == finished + 6);

        List<GenerateImageResponse> rest = slow.rest();

        assertThat(pictures(rest)).hasSize(6);
        assertThat(rest.stream().filter(GenerateImageResponse::hasPreview).count())
                .isBetween(1L, 4_000L);
        assertThat(rest).last().matches(GenerateImageResponse::hasFinished);
    }

    @Test
    void whatIsToldOfAPictureComesAfterTheStartAndBeforeThePicture() {
        for (int round = 0; round < 50; round++) {
            List<ImageReader> readers = IntStream.range(0, 2)
                    .mapToObj(i -> ImageReader.open(
                            channel, draw("echo", "in order").setCount(6).setPreviewInterval(1)))
                    .toList();
            readers.forEach(reader -> assertInOrder(reader.rest()));
        }
    }

    private static void assertInOrder(List<GenerateImageResponse> responses) {
        assertThat(responses.get(0).hasStarted()).isTrue();
        Set<Integer> sent = new HashSet<>();
        for (GenerateImageResponse response : responses) {
            switch (response.getEventCase()) {
                case PROGRESS ->
                    assertThat(sent).doesNotContain(response.getProgress().getIndex());
                case PREVIEW ->
                    assertThat(sent).doesNotContain(response.getPreview().getIndex());
                case PICTURE ->
                    assertThat(sent.add(response.getPicture().getIndex())).isTrue();
                default -> {}
            }
        }
        assertThat(sent).hasSize(6);
    }

    /** A reader that takes in nothing of what fills its window is cut off, here after 8 s. */
    @Test
    void aReaderWhoReadsNothingForTooLongIsCutOff() {
        ImageReader idle = ImageReader.open(
                channel, draw("slow", "a red circle").setCount(6).setPreviewInterval(1));
        await(() -> drawing("slow") > 0);
        await(() -> drawing("slow") == 0 && undrawn("slow") == 0);
        Failure failure = idle.failure();
        assertThat(failure.code()).isEqualTo(Status.Code.ABORTED);
        assertThat(failure.reason()).isEqualTo("READER_IDLE");
    }

    @Test
    void aStormOfCancelsLeavesNothingBehind() {
        Random random = new Random(6);
        for (int connection = 0; connection < 4; connection++) {
            ManagedChannel other = connectAgain();
            for (int round = 0; round < 21; round++) {
                List<ImageReader> readers = IntStream.range(0, 12)
                        .mapToObj(i -> ImageReader.open(
                                other,
                                draw("slow", "a b c")
                                        .setCount(1 + random.nextInt(3))
                                        .setPreviewInterval(random.nextInt(3))))
                        .toList();
                readers.forEach(reader -> {
                    LockSupport.parkNanos(random.nextInt(2_000_000));
                    reader.cancel();
                });
            }
            other.shutdownNow();
        }
        await(() -> drawing("slow") == 0 && undrawn("slow") == 0);
        assertThat(pictures(ImageReader.open(channel, draw("echo", "after")).rest()))
                .hasSize(1);
    }
}
