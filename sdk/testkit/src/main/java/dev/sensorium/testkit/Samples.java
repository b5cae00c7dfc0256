package dev.sensorium.testkit;

import dev.sensorium.spi.Audio;
import dev.sensorium.spi.Content;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.Text;
import dev.sensorium.spi.Video;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;

/** Contents of every kind that any model of that kind can take. */
public final class Samples {

    private static final int WAV_SAMPLES = 16_000;

    private Samples() {}

    /** Returns contents of these kinds, three different ones of each. */
    public static List<Content> of(Set<Modality> modalities) {
        Map<Modality, List<Content>> all = new EnumMap<>(Modality.class);
        all.put(Modality.TEXT, List.of(new Text("a red circle"), new Text("Two cats."), new Text("日本 🙂")));
        all.put(
                Modality.IMAGE,
                List.of(picture(Color.RED, 64, 64), picture(Color.GREEN, 90, 40), picture(Color.BLUE, 33, 70)));
        all.put(Modality.VIDEO, List.of(video(Color.RED, 3), video(Color.GREEN, 2), video(Color.BLUE, 3)));
        all.put(Modality.AUDIO, List.of(tone(220), tone(440), tone(880)));
        return modalities.stream()
                .sorted()
                .flatMap(modality -> all.getOrDefault(modality, List.of()).stream())
                .toList();
    }

    /** Returns contents of this kind that are not what they say: no format begins like this, or there is nothing. */
    static List<Content> unreadable(Modality modality) {
        ByteBuffer noise = ByteBuffer.wrap("these bytes are no medium".getBytes(StandardCharsets.US_ASCII));
        ByteBuffer nothing = ByteBuffer.allocate(0);
        return switch (modality) {
            case TEXT -> List.of();
            case IMAGE -> List.of(new Image(noise), new Image(nothing));
            case VIDEO ->
                List.of(
                        new Video.File(noise),
                        new Video.File(nothing),
                        new Video.Frames(List.of()),
                        new Video.Frames(List.of(new Image(noise))));
            case AUDIO -> List.of(new Audio(noise), new Audio(nothing));
        };
    }

    /** Returns a PNG with a disc of this colour on a slope of greys. */
    public static Image picture(Color colour, int width, int height) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < width; x++) {
            for (int y = 0; y < height; y++) {
                int grey = 255 * (x + y) / (width + height);
                picture.setRGB(x, y, new Color(grey, grey, grey).getRGB());
            }
        }
        Graphics2D graphics = picture.createGraphics();
        graphics.setColor(colour);
        graphics.fillOval(width / 4, height / 4, width / 2, height / 2);
        graphics.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Image.of(bytes.toByteArray());
    }

    private static Video video(Color colour, int frames) {
        List<Image> images = new ArrayList<>();
        for (int i = 0; i < frames; i++) {
            images.add(picture(colour, 40 + 8 * i, 40));
        }
        return new Video.Frames(images);
    }

    /** Returns one second of a sine at 16 kHz, 16 bits, as a WAV file. */
    private static Audio tone(int hertz) {
        int bytes = 2 * WAV_SAMPLES;
        ByteBuffer wav = ByteBuffer.allocate(44 + bytes).order(ByteOrder.LITTLE_ENDIAN);
        wav.putInt(0x46464952).putInt(36 + bytes).putInt(0x45564157); // RIFF, WAVE
        wav.putInt(0x20746d66).putInt(16).putShort((short) 1).putShort((short) 1); // fmt, PCM, mono
        wav.putInt(WAV_SAMPLES).putInt(2 * WAV_SAMPLES).putShort((short) 2).putShort((short) 16);
        wav.putInt(0x61746164).putInt(bytes); // data
        for (int i = 0; i < WAV_SAMPLES; i++) {
            wav.putShort((short) (20_000 * Math.sin(2 * Math.PI * hertz * i / WAV_SAMPLES)));
        }
        return new Audio(wav.flip());
    }
}
