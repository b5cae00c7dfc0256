package dev.sensorium.kit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sensorium.spi.MediaLimits;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class AnimationTest {

    private static final int RED = 0xFF0000;
    private static final int GREEN = 0x00FF00;
    private static final int BLUE = 0x0000FF;
    private static final int WHITE = 0xFFFFFF;

    private final ImageDecoder decoder = new ImageDecoder(MediaLimits.DEFAULT);

    @Test
    void decodesEveryFrame() {
        ByteBuffer file = ImageGoldens.encoded("encoded/animated.gif");
        List<VideoFrame> frames = decoder.decodeFrames(file, FrameSampling.evenly(10));
        assertThat(frames).hasSize(2);
        assertThat(frames.get(0).pixels().rgb())
                .containsExactly(ImageGoldens.pixels("decoded/animated.gif.png").rgb());
        assertThat(frames.get(1).pixels().rgb())
                .isNotEqualTo(frames.get(0).pixels().rgb());
    }

    @Test
    void samplesTheMiddlesOfEqualStretches() {
        assertThat(FrameSampling.indices(3, 8)).containsExactly(0, 1, 2);
        assertThat(FrameSampling.indices(8, 8)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(FrameSampling.indices(10, 1)).containsExactly(5);
        assertThat(FrameSampling.indices(100, 4)).containsExactly(12, 37, 62, 87);
        assertThat(FrameSampling.indices(9, 8)).containsExactly(0, 1, 2, 3, 5, 6, 7, 8);
    }

    @Test
    void samplesWhatIsShownAtARate() {
        GifWriter gif = new GifWriter(1, 1, WHITE, RED, GREEN, BLUE);
        gif.every(50).frame(0, 0, 1, 1, -1, 0, 1).every(200).frame(0, 0, 1, 1, -1, 0, 2);
        gif.every(0).frame(0, 0, 1, 1, -1, 0, 3).every(100).frame(0, 0, 1, 1, -1, 0, 0);
        assertThat(seconds(gif, 8, 100)).containsExactly(0.0, 0.5, 2.5, 2.6); // what is not said is 0.1 s
        assertThat(seconds(gif, 8, 2)).containsExactly(0.0, 0.5, 2.5, 2.6);
        assertThat(seconds(gif, 8, 1)).containsExactly(0.0, 0.5, 2.6);
        assertThat(seconds(gif, 8, 0.1)).containsExactly(0.0);
        assertThat(seconds(gif, 2, 1)).containsExactly(0.0, 2.6);
        assertThat(FrameTimes.steady(90, 29.97).shownAt(1)).containsExactly(0, 29, 59, 89);
        assertThat(FrameTimes.steady(20, 30).shownAt(30)).hasSize(20);
        assertThat(FrameTimes.steady(20, 30).shownAt(1_000)).hasSize(20);
    }

    @Test
    void refusesToWatchForTooLong() {
        GifWriter gif = new GifWriter(1, 1, WHITE, RED).every(30_000).frame(0, 0, 1, 1, -1, 0, 1);
        gif.frame(0, 0, 1, 1, -1, 0, 1).frame(0, 0, 1, 1, -1, 0, 1);
        assertThatThrownBy(() -> decoder.decodeFrames(gif.file(), FrameSampling.evenly(1)))
                .hasMessage("video: 900.0 s (expected: <= 600 s)")
                .extracting(e -> ((ModelException) e).reason())
                .isEqualTo(Reason.TOO_LONG);
    }

    @Test
    void framesKeepWhatEarlierOnesLeft() {
        GifWriter gif = new GifWriter(2, 1, WHITE, RED, GREEN, BLUE);
        gif.frame(0, 0, 2, 1, -1, 0, 1, 2).frame(1, 0, 1, 1, -1, 0, 3).frame(0, 0, 2, 1, 0, 0, 0, 1);
        assertThat(colours(gif)).containsExactly(List.of(RED, GREEN), List.of(RED, BLUE), List.of(RED, RED));
    }

    @Test
    void framesAreClearedToTheTransparentColour() {
        GifWriter gif = new GifWriter(2, 1, WHITE, RED, GREEN, BLUE);
        gif.frame(0, 0, 2, 1, -1, 0, 1, 1).frame(0, 0, 1, 1, 2, 2, 3).frame(1, 0, 1, 1, -1, 0, 3);
        assertThat(colours(gif)).containsExactly(List.of(RED, RED), List.of(BLUE, RED), List.of(GREEN, BLUE));
    }

    @Test
    void framesAreUndone() {
        GifWriter gif = new GifWriter(2, 1, WHITE, RED, GREEN, BLUE);
        gif.frame(0, 0, 2, 1, -1, 0, 1, 2).frame(0, 0, 2, 1, -1, 3, 3, 3).frame(1, 0, 1, 1, -1, 0, 0);
        assertThat(colours(gif)).containsExactly(List.of(RED, GREEN), List.of(BLUE, BLUE), List.of(RED, WHITE));
    }

    @Test
    void aSampleIsDecodedOverAllEarlierFrames() {
        GifWriter gif = new GifWriter(2, 1, WHITE, RED, GREEN, BLUE);
        gif.frame(0, 0, 2, 1, -1, 0, 1, 2).frame(1, 0, 1, 1, -1, 0, 3).frame(0, 0, 1, 1, -1, 0, 0);
        assertThat(decoder.decodeFrames(gif.file(), FrameSampling.evenly(1)))
                .map(frame -> colours(frame.pixels()))
                .containsExactly(List.of(RED, BLUE));
    }

    @Test
    void refusesTooManyFrames() {
        ImageDecoder strict = new ImageDecoder(new MediaLimits(1000, 100, 1, 600));
        assertThatThrownBy(() ->
                        strict.decodeFrames(ImageGoldens.encoded("encoded/animated.gif"), FrameSampling.evenly(1)))
                .hasMessage("video: 2 frames (expected: <= 1)")
                .extracting(e -> ((ModelException) e).reason())
                .isEqualTo(Reason.TOO_LONG);
        GifWriter gif = new GifWriter(10, 10, WHITE, RED);
        for (int i = 0; i < 9; i++) {
            gif.frame(0, 0, 1, 1, -1, 0, 1);
        }
        ImageDecoder small = new ImageDecoder(new MediaLimits(100, 100, 100, 600));
        assertThatThrownBy(() -> small.decodeFrames(gif.file(), FrameSampling.evenly(1)))
                .hasMessage("video: 9 frames of 10x10 pixels (expected: <= 800 pixels together)");
    }

    @Test
    void refusesOtherFormats() {
        assertThatThrownBy(() ->
                        decoder.decodeFrames(ImageGoldens.encoded("encoded/animated.webp"), FrameSampling.evenly(1)))
                .hasMessage("video: WEBP (expected: an animated GIF, an MP4 or a WebM file)")
                .extracting(e -> ((ModelException) e).reason())
                .isEqualTo(Reason.INVALID_INPUT);
        assertThatThrownBy(() -> decoder.decodeFrames(ByteBuffer.allocate(3), FrameSampling.evenly(1)))
                .hasMessageStartingWith("video: 3 bytes of an unknown format");
    }

    private List<Double> seconds(GifWriter gif, int most, double rate) {
        return decoder.decodeFrames(gif.file(), new FrameSampling(most, OptionalDouble.of(rate))).stream()
                .map(VideoFrame::seconds)
                .toList();
    }

    private List<List<Integer>> colours(GifWriter gif) {
        return decoder.decodeFrames(gif.file(), FrameSampling.evenly(100)).stream()
                .map(frame -> colours(frame.pixels()))
                .toList();
    }

    private static List<Integer> colours(Pixels pixels) {
        return IntStream.range(0, pixels.width() * pixels.height())
                .mapToObj(i -> (pixels.rgb()[3 * i] & 0xFF) << 16
                        | (pixels.rgb()[3 * i + 1] & 0xFF) << 8
                        | pixels.rgb()[3 * i + 2] & 0xFF)
                .toList();
    }
}
