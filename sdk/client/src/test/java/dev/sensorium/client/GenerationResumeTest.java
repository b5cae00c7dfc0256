package dev.sensorium.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sensorium.client.GenerationEvent.Delta;
import dev.sensorium.client.GenerationEvent.Started;
import dev.sensorium.proto.v1.GenerateRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GenerationResumeTest {

    private static final Prompt PROMPT = Prompt.of("a red circle above a blue square");
    private static final GenerationOptions RESUMED = GenerationOptions.DEFAULT.withResumeWindow(Duration.ofSeconds(20));

    private final FakeServer server = new FakeServer();
    private final Sensorium sensorium = Sensorium.connect(server.target());

    @AfterEach
    void close() {
        sensorium.close();
        server.close();
    }

    @Test
    void goesOnWhereItWas() {
        server.generations.cutStreamsAfter(3, 0, 2);

        try (var generation = sensorium.generate(PROMPT, RESUMED)) {
            assertThat(generation.pieces()).containsExactly("a", " red", " circle", " above", " a", " blue", " square");
            assertThat(generation.finish().reason()).isEqualTo(FinishReason.STOP);
        }

        var resumes = server.generations.requests.stream()
                .skip(1)
                .map(request -> ((GenerateRequest) request).getResume())
                .toList();
        assertThat(resumes).extracting(resume -> resume.getAfterSequence()).containsExactly(2L, 2L, 4L);
        assertThat(resumes).allMatch(resume -> resume.getGenerationId().equals("generation 1"));
    }

    @Test
    void goesOnForFuturesToo() throws Exception {
        server.generations.cutStreamsAfter(2);

        assertThat(sensorium.async().generate(PROMPT, RESUMED).get().text())
                .isEqualTo("a red circle above a blue square");
    }

    @Test
    void failsWithoutAWindow() {
        server.generations.cutStreamsAfter(3);

        try (var generation = sensorium.generate(PROMPT)) {
            assertThatExceptionOfType(SensoriumException.Unavailable.class)
                    .isThrownBy(generation::text)
                    .withMessage("going down");
        }
        assertThat(server.calls).hasSize(1);
    }

    @Test
    void failsOnceTheServerHasForgotten() {
        server.generations.cutStreamsAfter(3);
        Semaphore pace = new Semaphore(0);
        server.generations.pace(pace);
        try (var generation = sensorium.generate(PROMPT, RESUMED)) {
            pace.release(3);
            generation.next();
            generation.next();
            server.generations.forget();
            pace.release(100);
            assertThatExceptionOfType(SensoriumException.NotFound.class)
                    .isThrownBy(generation::text)
                    .matches(failure -> failure.reason().equals("GENERATION_NOT_FOUND"));
        }
        assertThat(server.calls).hasSize(2);
    }

    @Test
    void triesWithinTheWindowOnly() {
        server.generations.cutStreamsAfter(3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        var options = GenerationOptions.DEFAULT.withResumeWindow(Duration.ofMillis(700));

        try (var generation = sensorium.generate(PROMPT, options)) {
            assertThatExceptionOfType(SensoriumException.Unavailable.class)
                    .isThrownBy(generation::text)
                    .withMessage("going down");
        }
        assertThat(server.calls).hasSizeBetween(2, 3); // after 0.1 s and 0.3 s, but not after 0.9 s
    }

    @Test
    void outlivesABrokenConnection() throws IOException {
        Semaphore pace = new Semaphore(3);
        server.generations.pace(pace);
        try (FakeCable cable = new FakeCable(server.port());
                var distant = Sensorium.connect("localhost:" + cable.port());
                var generation = distant.generate(PROMPT, RESUMED)) {
            assertThat(generation.next()).isInstanceOf(Started.class);
            assertThat(generation.next()).isInstanceOf(Delta.class);

            cable.cut();
            pace.release(100);

            assertThat(generation.text()).isEqualTo("a red circle above a blue square");
        }
        assertThat(server.calls).containsExactly("Generate", "Generate");
    }

    @Test
    void findsItsServerAmongSeveral() throws IOException {
        Semaphore pace = new Semaphore(3);
        server.generations.pace(pace);
        try (FakeServer other = new FakeServer();
                FakeCable cable = new FakeCable(server.port());
                var both = Sensorium.connect("localhost:" + cable.port() + "," + other.target())) {
            Generation generation = startAt(server, both);
            while (other.calls.isEmpty()) {
                both.serving(); // so that there is a connection to the other
            }

            cable.cut();
            pace.release(100);

            assertThat(generation.text()).isEqualTo("a red circle above a blue square");
        }
    }

    private static Generation startAt(FakeServer wanted, Sensorium sensorium) {
        while (true) {
            Generation generation = sensorium.generate(PROMPT, RESUMED);
            generation.next();
            if (!wanted.generations.requests.isEmpty()) {
                return generation;
            }
            generation.close();
        }
    }

    @Test
    void cancellingIsNoBrokenConnection() throws InterruptedException {
        try (var generation = sensorium.generate(Prompt.of("red silence"), RESUMED)) {
            generation.next();
        }
        assertThat(server.generations.cancelled.await(10, java.util.concurrent.TimeUnit.SECONDS))
                .isTrue();
        assertThat(List.copyOf(server.calls)).containsExactly("Generate");
    }
}
