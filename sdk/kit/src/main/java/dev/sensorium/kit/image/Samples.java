package dev.sensorium.kit.image;

import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferInt;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.util.function.IntBinaryOperator;

/** Turns the samples of a decoded raster into RGB, without any management of colours. */
final class Samples {

    private Samples() {}

    /** Takes samples of eight bits as they are: one or two bands are grey, further ones are red, green, blue. */
    static Pixels ofBytes(Raster raster) {
        if (raster.getSampleModel() instanceof PixelInterleavedSampleModel model
                && raster.getDataBuffer() instanceof DataBufferByte buffer
                && buffer.getNumBanks() == 1) {
            return interleaved(raster, model, buffer);
        }
        return of(raster, (band, sample) -> sample);
    }

    /**
     * Takes samples of any depth: one or two bands are grey, further ones are red, green, blue.
     *
     * @param toEightBits makes a byte of a band's number and its sample
     */
    static Pixels of(Raster raster, IntBinaryOperator toEightBits) {
        int bands = raster.getNumBands();
        Pixels pixels = Pixels.black(raster.getWidth(), raster.getHeight());
        int[] row = new int[bands * pixels.width()];
        for (int y = 0, to = 0; y < pixels.height(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, pixels.width(), 1, row);
            for (int from = 0; from < row.length; from += bands, to += 3) {
                for (int c = 0; c < 3; c++) {
                    int band = bands < 3 ? 0 : c;
                    pixels.rgb()[to + c] = (byte) toEightBits.applyAsInt(band, row[from + band]);
                }
            }
        }
        return pixels;
    }

    /** Takes samples as indices into a palette of red, green and blue bytes; indices beyond it are black. */
    static Pixels ofPalette(Raster raster, byte[] palette) {
        Pixels pixels = Pixels.black(raster.getWidth(), raster.getHeight());
        int[] row = new int[pixels.width()];
        for (int y = 0, to = 0; y < pixels.height(); y++) {
            raster.getSamples(raster.getMinX(), raster.getMinY() + y, pixels.width(), 1, 0, row);
            for (int index : row) {
                if (3 * index + 2 < palette.length) {
                    System.arraycopy(palette, 3 * index, pixels.rgb(), to, 3);
                }
                to += 3;
            }
        }
        return pixels;
    }

    /** Takes the lower three bytes of every pixel: {@code 0xRRGGBB}. */
    static Pixels ofPackedInts(Raster raster) {
        int[] packed = ((DataBufferInt) raster.getDataBuffer()).getData();
        Pixels pixels = Pixels.black(raster.getWidth(), raster.getHeight());
        for (int i = 0, to = 0; to < pixels.rgb().length; i++, to += 3) {
            pixels.rgb()[to] = (byte) (packed[i] >> 16);
            pixels.rgb()[to + 1] = (byte) (packed[i] >> 8);
            pixels.rgb()[to + 2] = (byte) packed[i];
        }
        return pixels;
    }

    private static Pixels interleaved(Raster raster, PixelInterleavedSampleModel model, DataBufferByte buffer) {
        byte[] from = buffer.getData();
        int[] offsets = model.getBandOffsets();
        int red = offsets[0];
        int green = offsets[offsets.length < 3 ? 0 : 1];
        int blue = offsets[offsets.length < 3 ? 0 : 2];
        Pixels pixels = Pixels.black(raster.getWidth(), raster.getHeight());
        byte[] rgb = pixels.rgb();
        for (int y = 0, to = 0; y < pixels.height(); y++) {
            int at = buffer.getOffset() + y * model.getScanlineStride();
            for (int x = 0; x < pixels.width(); x++, to += 3, at += model.getPixelStride()) {
                rgb[to] = from[at + red];
                rgb[to + 1] = from[at + green];
                rgb[to + 2] = from[at + blue];
            }
        }
        return pixels;
    }
}
