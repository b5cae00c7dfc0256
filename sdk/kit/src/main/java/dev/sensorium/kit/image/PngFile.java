package dev.sensorium.kit.image;

import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A PNG file (ISO/IEC 15948).
 *
 * @param depth bits per sample
 * @param colourType 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha
 * @param palette red, green and blue bytes; empty if there is none
 * @param critical the file with nothing but the chunks that make the picture
 */
@SuppressWarnings("ArrayRecordComponent") // a handle on a file's parts, never compared
record PngFile(int width, int height, int depth, int colourType, byte[] palette, int orientation, byte[] critical)
        implements PictureFile {

    private static final int SIGNATURE_BYTES = 8;
    private static final int HEADER = 0x49484452; // IHDR
    private static final int PALETTE = 0x504c5445; // PLTE
    private static final int DATA = 0x49444154; // IDAT
    private static final int EXIF = 0x65584966; // eXIf
    private static final int END = 0x49454e44; // IEND
    private static final byte[] END_CHUNK = {0, 0, 0, 0, 'I', 'E', 'N', 'D', (byte) 0xAE, 0x42, 0x60, (byte) 0x82};

    static PngFile parse(byte[] file) throws BrokenPictureException {
        ByteBuffer in = ByteBuffer.wrap(file);
        if (file.length < 33 || in.getInt(8) != 13 || in.getInt(12) != HEADER) {
            throw BrokenPictureException.truncated();
        }
        var critical = new ByteArrayOutputStream(file.length);
        critical.write(file, 0, SIGNATURE_BYTES);
        byte[] palette = {};
        int orientation = 1;
        for (Chunk chunk = Chunk.at(in, SIGNATURE_BYTES); chunk != null; chunk = Chunk.at(in, chunk.end())) {
            switch (chunk.type) {
                case HEADER, DATA -> critical.write(file, chunk.start, chunk.length + 12);
                case PALETTE -> {
                    critical.write(file, chunk.start, chunk.length + 12);
                    palette = chunk.data(in);
                }
                case EXIF -> orientation = Orientation.read(ByteBuffer.wrap(chunk.data(in)));
                default -> {}
            }
        }
        critical.writeBytes(END_CHUNK);
        return new PngFile(
                in.getInt(16), in.getInt(20), in.get(24), in.get(25), palette, orientation, critical.toByteArray());
    }

    @Override
    public Pixels decode() throws IOException {
        try (JdkReader reader = new JdkReader("png", critical)) {
            return toRgb(reader.read(0).getRaster());
        }
    }

    private Pixels toRgb(Raster raster) {
        if (colourType == 3) {
            return Samples.ofPalette(raster, palette);
        }
        if (depth == 8) {
            return Samples.ofBytes(raster);
        }
        if (depth == 16) {
            // Pillow keeps grey of 16 bits as integers and clips those, but takes the high byte of any other picture.
            return Samples.of(raster, colourType == 0 ? (band, v) -> Math.min(v, 255) : (band, v) -> v >> 8);
        }
        int largest = (1 << depth) - 1;
        return Samples.of(raster, (band, v) -> v * 255 / largest);
    }

    private record Chunk(int start, int length, int type) {

        /** Returns the chunk that starts here, or null if there is none any more. */
        static @Nullable Chunk at(ByteBuffer in, int start) throws BrokenPictureException {
            if (start > in.limit() - 8 || in.getInt(start + 4) == END) {
                return null;
            }
            Chunk chunk = new Chunk(start, in.getInt(start), in.getInt(start + 4));
            if (chunk.length < 0 || chunk.length > in.limit() - start - 12) {
                throw BrokenPictureException.truncated();
            }
            return chunk;
        }

        int end() {
            return start + length + 12;
        }

        byte[] data(ByteBuffer in) {
            byte[] data = new byte[length];
            in.get(start + 8, data);
            return data;
        }
    }
}
