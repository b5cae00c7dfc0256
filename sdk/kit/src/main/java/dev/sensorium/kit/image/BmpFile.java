package dev.sensorium.kit.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A BMP file of Windows or OS/2.
 *
 * @param file its bytes, of which no length is left that could make a reader allocate more than there is
 */
@SuppressWarnings("ArrayRecordComponent") // a handle on a file, never compared
record BmpFile(int width, int height, byte[] file) implements PictureFile {

    private static final int SHORT_HEADER = 12;
    private static final int LONG_HEADER = 40;
    private static final int MAX_COLOURS = 256;
    private static final int EMBEDDED_FILE = 4;

    static BmpFile parse(byte[] file) throws BrokenPictureException {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (file.length < 26) {
            throw BrokenPictureException.truncated();
        }
        int header = in.getInt(14);
        checkRange("pixels at", in.getInt(10), 14 + SHORT_HEADER, file.length);
        if (header == SHORT_HEADER) {
            return new BmpFile(Short.toUnsignedInt(in.getShort(18)), Short.toUnsignedInt(in.getShort(20)), file);
        }
        checkRange("header of", header, LONG_HEADER, file.length - 14);
        checkRange("compression", in.getInt(30), 0, EMBEDDED_FILE - 1);
        checkRange("picture bytes", in.getInt(34), 0, file.length);
        checkRange("colours", in.getInt(46), 0, MAX_COLOURS);
        if (header >= 124) {
            checkRange("profile bytes", in.getInt(14 + 116), 0, file.length);
        }
        return new BmpFile(in.getInt(18), Math.abs(in.getInt(22)), file);
    }

    @Override
    public Pixels decode() throws IOException {
        try (JdkReader reader = new JdkReader("bmp", file)) {
            return toRgb(reader.read(0));
        }
    }

    private static Pixels toRgb(BufferedImage image) {
        Raster raster = image.getRaster();
        if (image.getColorModel() instanceof IndexColorModel colours) {
            return Samples.ofPalette(raster, palette(colours));
        }
        int[] bits = image.getColorModel().getComponentSize();
        return bits[0] == 8
                ? Samples.ofBytes(raster)
                : Samples.of(raster, (band, v) -> v * 255 / ((1 << bits[band]) - 1));
    }

    private static byte[] palette(IndexColorModel colours) {
        byte[] palette = new byte[3 * colours.getMapSize()];
        for (int i = 0; i < colours.getMapSize(); i++) {
            palette[3 * i] = (byte) colours.getRed(i);
            palette[3 * i + 1] = (byte) colours.getGreen(i);
            palette[3 * i + 2] = (byte) colours.getBlue(i);
        }
        return palette;
    }

    private static void checkRange(String what, int value, int min, int max) throws BrokenPictureException {
        if (value < min || value > max) {
            throw new BrokenPictureException("%s %d (expected: %d to %d)".formatted(what, value, min, max));
        }
    }
}
