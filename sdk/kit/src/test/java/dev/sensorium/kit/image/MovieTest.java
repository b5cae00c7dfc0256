package dev.sensorium.kit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sensorium.spi.MediaLimits;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Films, and what PyAV makes of them (video_goldens.py). */
class MovieTest {

    private static final int FRAMES = 12;
    private static final int HEIGHT = 46;

    private final ImageDecoder decoder = new ImageDecoder(MediaLimits.DEFAULT);

    @ParameterizedTest
    @ValueSource(strings = {"h264.mp4", "vp8.webm", "vp9.webm"})
    void everyFrameIsAsPyAvDecodesIt(String file) {
        assertFrames(
                file,
                decoder.decodeFrames(film(file), FrameSampling.evenly(100)),
                IntStream.range(0, FRAMES).boxed().toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"h264.mp4", "vp8.webm"})
    void samplesTheMiddlesOfEqualStretches(String file) {
        assertFrames(file, decoder.decodeFrames(film(file), FrameSampling.evenly(3)), List.of(2, 6, 10));
    }

    @ParameterizedTest
    @ValueSource(strings = {"h264.mp4", "vp8.webm", "vp9.webm"})
    void samplesWhatIsShownAtARate(String file) {
        assertSampled(file, 100, 10, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        assertSampled(file, 100, 1_000, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        assertSampled(file, 100, 5, 0, 2, 4, 6, 8, 10);
        assertSampled(file, 100, 1, 0, 10);
        assertSampled(file, 100, 0.5, 0);
        assertSampled(file, 3, 5, 2, 6, 10); // the second, fourth and sixth of six
    }

    @Test
    void manyCallersDecodeAtOnce() throws ExecutionException, InterruptedException {
        ExecutorService callers = Executors.newFixedThreadPool(4);
        List<Future<List<VideoFrame>>> calls = IntStream.range(0, 40)
                .mapToObj(i ->
                        callers.submit(() -> decoder.decodeFrames(film("h264.mp4"), FrameSampling.evenly(1 + i % 3))))
                .toList();
        for (int i = 0; i < calls.size(); i++) {
            assertFrames("h264.mp4", calls.get(i).get(), FrameSampling.indices(FRAMES, 1 + i % 3));
        }
        callers.shutdown();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "silence.mp4 | video: MP4: no pictures (expected: a video)",
                "mpeg4.mp4   | video: MP4: codec mpeg4 (expected: one of [AV1, H.264, H.265, VP8, VP9])",
            })
    void refusesWhatItCannotShow(String file, String complaint) {
        assertRefused(film(file), complaint);
    }

    @Test
    void refusesFilesThatEndTooEarly() {
        // Of this file the index lies at the end, of the other the length at the beginning.
        assertRefused(part("h264.mp4", 0.7), "video: MP4: its headers cannot be read");
        assertRefused(part("vp8.webm", 0.7), "video: WEBM: ends after 0.5 s (expected: 1.2 s)");
        assertRefused(part("vp9.webm", 0.5), "video: WEBM: 0 frames (expected: >= 1)");
        assertRefused(part("vp9.webm", 0.01), "video: WEBM: its headers cannot be read");
    }

    @Test
    void refusesWhatIsBeyondTheLimits() {
        assertTooLong(new MediaLimits(1_000_000, 100, 11, 600), "video: 12 frames (expected: <= 11)");
        assertTooLong(new MediaLimits(2_000, 100, 100, 600), "video: 62x46 pixels (expected: <= 2000)");
        assertTooLong(new MediaLimits(1_000_000, 61, 100, 600), "video: 62x46 pixels (expected: sides <= 61)");
        assertTooLong(new MediaLimits(1_000_000, 100, 100, 1), "video: 1.2 s (expected: <= 1 s)");
    }

    @Test
    void looksHowLongAFilmIsThatDoesNotSayIt() {
        byte[] film = ImageGoldens.bytes("../videos/vp8.webm");
        int duration = new String(film, StandardCharsets.ISO_8859_1).indexOf("\u0044\u0089\u0088");
        film[duration] = (byte) 0xEC; // of no meaning, with the nine bytes after its length
        film[duration + 1] = (byte) 0x89;
        assertThat(decoder.decodeFrames(ByteBuffer.wrap(film), FrameSampling.evenly(100)))
                .hasSize(FRAMES);
        ImageDecoder strict = new ImageDecoder(new MediaLimits(1_000_000, 100, 100, 1));
        assertThatThrownBy(() -> strict.decodeFrames(ByteBuffer.wrap(film), FrameSampling.evenly(4)))
                .hasMessage("video: 1.2 s (expected: <= 1 s)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h264.mp4", "vp8.webm", "vp9.webm"})
    void damagedFilesGiveFramesOrAreRefused(String file) {
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            byte[] damaged = ImageGoldens.bytes("../videos/" + file);
            for (int j = 0; j < 8; j++) {
                damaged[8 + random.nextInt(damaged.length - 8)] = (byte) random.nextInt();
            }
            try {
                assertThat(decoder.decodeFrames(ByteBuffer.wrap(damaged), FrameSampling.evenly(4)))
                        .hasSizeBetween(1, 4);
            } catch (ModelException e) {
                assertThat(e.reason()).isIn(Reason.INVALID_INPUT, Reason.TOO_LONG);
            }
        }
    }

    private void assertSampled(String file, int most, double rate, Integer... indices) {
        List<VideoFrame> frames = decoder.decodeFrames(film(file), new FrameSampling(most, OptionalDouble.of(rate)));
        assertFrames(file, frames, List.of(indices));
        for (int i = 0; i < indices.length; i++) {
            assertThat(frames.get(i).seconds()).isCloseTo(indices[i] / 10.0, Offset.offset(0.001));
        }
    }

    private void assertRefused(ByteBuffer film, String complaint) {
        ModelException refused =
                catchThrowableOfType(ModelException.class, () -> decoder.decodeFrames(film, FrameSampling.evenly(4)));
        assertThat(refused).hasMessage(complaint);
        assertThat(refused.reason()).isEqualTo(Reason.INVALID_INPUT);
    }

    private static void assertTooLong(MediaLimits limits, String complaint) {
        ImageDecoder strict = new ImageDecoder(limits);
        assertThatThrownBy(() -> strict.decodeFrames(film("h264.mp4"), FrameSampling.evenly(4)))
                .hasMessage(complaint)
                .extracting(e -> ((ModelException) e).reason())
                .isEqualTo(Reason.TOO_LONG);
    }

    private static void assertFrames(String file, List<VideoFrame> frames, List<Integer> indices) {
        Pixels strip = ImageGoldens.pixels("../videos/" + file + ".png");
        int bytes = 3 * strip.width() * HEIGHT;
        assertThat(frames).hasSameSizeAs(indices);
        for (int i = 0; i < frames.size(); i++) {
            int from = indices.get(i) * bytes;
            assertThat(frames.get(i).pixels().rgb())
                    .as("frame %d", indices.get(i))
                    .containsExactly(Arrays.copyOfRange(strip.rgb(), from, from + bytes));
        }
    }

    private static ByteBuffer part(String file, double share) {
        ByteBuffer film = film(file);
        return film.limit((int) (share * film.limit()));
    }

    private static ByteBuffer film(String file) {
        return ImageGoldens.encoded("../videos/" + file);
    }
}
