package dev.sensorium.plugin.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.Device;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.MediaLimits;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Video;
import dev.sensorium.testkit.Samples;
import java.awt.Color;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** A video is the mean of some of its frames. */
class VideoTest {

    private static final Image RED = Samples.picture(Color.RED, 20, 30);
    private static final Image BLUE = Samples.picture(Color.BLUE, 50, 20);

    @Test
    void isTheMeanOfItsFramesScaledToUnitLength() {
        try (ClipModel model = load("8")) {
            float[] red = embed(model, RED);
            float[] blue = embed(model, BLUE);
            double squares = 0;
            for (int i = 0; i < red.length; i++) {
                squares += Math.pow(red[i] + blue[i] + blue[i], 2);
            }
            float[] video = embed(model, new Video.Frames(List.of(RED, BLUE, BLUE)));
            for (int i = 0; i < red.length; i++) {
                float mean = (float) ((red[i] + blue[i] + blue[i]) / Math.sqrt(squares));
                assertThat(video[i]).isCloseTo(mean, Offset.offset(1e-5f));
            }
        }
    }

    @Test
    void takesTheMiddlesOfEquallyLongStretches() {
        try (ClipModel model = load("2")) {
            List<Image> frames = new ArrayList<>(Collections.nCopies(8, RED));
            frames.set(2, BLUE);
            frames.set(6, BLUE);
            Content video = new Video.Frames(frames);
            assertThat(model.prepare(video, PrepareOptions.DEFAULT).rows()).isEqualTo(2);
            assertThat(embed(model, video)).containsExactly(embed(model, BLUE), Offset.offset(1e-5f));
        }
    }

    @Test
    void looksAtEightFramesUnlessToldOtherwise() {
        try (ClipModel model = ClipModel.load(Goldens.spec(Goldens.DEMO))) {
            Content video = new Video.Frames(Collections.nCopies(9, RED));
            assertThat(model.prepare(video, PrepareOptions.DEFAULT).rows()).isEqualTo(8);
            assertThat(model.card().limits()).containsEntry("video_frames_used", 8L);
        }
    }

    @Test
    void takesFramesAtTheRateThatIsAskedFor() {
        try (ClipModel model = load("8")) {
            List<Image> frames = new ArrayList<>(Collections.nCopies(12, RED));
            frames.set(0, BLUE);
            frames.set(4, BLUE);
            frames.set(8, BLUE);
            assertThat(embed(model, atRate(frames, 4, 1))).containsExactly(embed(model, BLUE), Offset.offset(1e-5f));
            assertThat(rows(model, atRate(frames, 4, 2))).isEqualTo(6);
            assertThat(rows(model, atRate(frames, 4, 100))).isEqualTo(8);
            assertThatThrownBy(() -> rows(model, atRate(frames, 0.01, 1)))
                    .isInstanceOfSatisfying(
                            ModelException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LONG))
                    .hasMessage("video: 1200.0 s (expected: <= 600 s)");
            Video unknown = new Video.Frames(frames, OptionalDouble.empty(), OptionalDouble.of(1));
            assertThatThrownBy(() -> rows(model, unknown))
                    .hasMessage("video: no frame rate (expected: one, as there is a sample rate)");
        }
    }

    @Test
    void takesFramesAtTheRateOfTheModelIfNoneIsAskedFor() {
        try (ClipModel model = load(Map.of("video_rate", "0.5"))) {
            List<Image> frames = Collections.nCopies(12, RED);
            assertThat(rows(model, new Video.Frames(frames, OptionalDouble.of(2), OptionalDouble.empty())))
                    .isEqualTo(3);
            assertThat(rows(model, atRate(frames, 2, 1))).isEqualTo(6);
            assertThat(rows(model, new Video.Frames(frames))).isEqualTo(8); // of which no rate is known
        }
    }

    @Test
    void namesTheFrameThatIsBroken() {
        try (ClipModel model = load("8")) {
            Content video = new Video.Frames(List.of(RED, Image.of(new byte[3])));
            assertThatThrownBy(() -> model.prepare(video, PrepareOptions.DEFAULT))
                    .isInstanceOfSatisfying(
                            ModelException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_INPUT))
                    .hasMessageStartingWith("frames[1]: picture: ");
        }
    }

    @Test
    void refusesContainersItCannotRead() {
        byte[] mp4 = "\0\0\0\40ftypisom\0\0\2\0".getBytes(StandardCharsets.ISO_8859_1);
        byte[] avi = "RIFF\0\0\0\0AVI ".getBytes(StandardCharsets.ISO_8859_1);
        try (ClipModel model = load("8")) {
            assertThatThrownBy(() -> model.prepare(new Video.File(ByteBuffer.wrap(mp4)), PrepareOptions.DEFAULT))
                    .isInstanceOfSatisfying(
                            ModelException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_INPUT))
                    .hasMessage("video: MP4: its headers cannot be read");
            assertThatThrownBy(() -> model.prepare(new Video.File(ByteBuffer.wrap(avi)), PrepareOptions.DEFAULT))
                    .hasMessage(
                            "video: 12 bytes of an unknown format (expected: an animated GIF, an MP4 or a WebM file)");
            assertThatThrownBy(() -> model.prepare(new Video.Frames(List.of()), PrepareOptions.DEFAULT))
                    .hasMessage("video: 0 frames (expected: >= 1)");
        }
    }

    private static ClipModel load(String frames) {
        return load(Map.of("video_frames", frames));
    }

    private static ClipModel load(Map<String, String> settings) {
        ModelSpec spec = Goldens.spec(Goldens.DEMO);
        return ClipModel.load(new ModelSpec(spec.id(), spec.folder(), Device.cpu(), MediaLimits.DEFAULT, settings));
    }

    private static Video atRate(List<Image> frames, double frameRate, double sampleRate) {
        return new Video.Frames(frames, OptionalDouble.of(frameRate), OptionalDouble.of(sampleRate));
    }

    private static int rows(ClipModel model, Video video) {
        return model.prepare(video, PrepareOptions.DEFAULT).rows();
    }

    private static float[] embed(ClipModel model, Content content) {
        return model.embed(List.of(model.prepare(content, PrepareOptions.DEFAULT)))
                .get(0);
    }
}
