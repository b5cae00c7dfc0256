package dev.sensorium.kit.image;

import java.awt.image.Raster;
import java.io.IOException;

/**
 * A JPEG file (ITU T.81). libjpeg-turbo decodes it, as in Pillow, whatever colour profile the file brings; ink, of which
 * Pillow makes colours by a formula of its own, is decoded into components as stored by the JDK's libjpeg.
 *
 * @param components 1, 3 or 4
 * @param transformed whether the components are luma and chroma (of ink, if there are four), and not colours
 * @param essential the file with nothing but the segments that make the picture
 */
@SuppressWarnings("ArrayRecordComponent") // a handle on a file's parts, never compared
record JpegFile(int width, int height, int components, boolean transformed, int orientation, byte[] essential)
        implements PictureFile {

    private static final byte END_OF_IMAGE = (byte) 0xD9;

    /** One half in the 16 fractional bits of libjpeg's colour conversion. */
    private static final int HALF = 1 << 15;

    static JpegFile parse(byte[] file) throws BrokenPictureException {
        return new JpegParser(file).parse();
    }

    @Override
    public Pixels decode() throws IOException {
        if (essential[essential.length - 1] != END_OF_IMAGE) {
            throw BrokenPictureException.truncated();
        }
        if (components < 4) {
            return new Pixels(width, height, TurboJpeg.get().decode(essential));
        }
        try (JdkReader reader = new JdkReader("jpeg", essential)) {
            return toRgb(reader.readStored());
        }
    }

    private Pixels toRgb(Raster raster) {
        Pixels pixels = Samples.ofBytes(raster);
        if (transformed) {
            lumaAndChromaToRgb(pixels.rgb());
        }
        inkToRgb(pixels, raster.getSamples(0, 0, pixels.width(), pixels.height(), 3, (int[]) null));
        return pixels;
    }

    /** Converts as libjpeg's jdcolor.c does. */
    private static void lumaAndChromaToRgb(byte[] pixels) {
        for (int i = 0; i < pixels.length; i += 3) {
            int luma = pixels[i] & 0xFF;
            int blue = (pixels[i + 1] & 0xFF) - 128;
            int red = (pixels[i + 2] & 0xFF) - 128;
            pixels[i] = clip(luma + ((91881 * red + HALF) >> 16));
            pixels[i + 1] = clip(luma + ((-22554 * blue - 46802 * red + HALF) >> 16));
            pixels[i + 2] = clip(luma + ((116130 * blue + HALF) >> 16));
        }
    }

    /** Converts as Pillow's cmyk2rgb does, which takes ink as stored inverted: 255 is none. */
    private void inkToRgb(Pixels pixels, int[] black) {
        byte[] rgb = pixels.rgb();
        for (int i = 0; i < rgb.length; i++) {
            int stored = rgb[i] & 0xFF;
            int ink = transformed ? stored : 255 - stored;
            int light = black[i / 3];
            int product = ink * light + 128;
            rgb[i] = clip(light - ((product + (product >> 8)) >> 8));
        }
    }

    private static byte clip(int value) {
        return (byte) Math.max(0, Math.min(255, value));
    }
}
