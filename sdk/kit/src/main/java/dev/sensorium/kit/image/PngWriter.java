package dev.sensorium.kit.image;

import dev.sensorium.spi.Image;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes pictures as PNG files (ISO/IEC 15948) of 8 bits per sample, with texts about them. Equal pictures and texts make
 * equal bytes.
 */
public final class PngWriter {

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final byte RGB = 2;
    private static final byte PAETH = 4;
    private static final int CHANNELS = 3;

    private PngWriter() {}

    /**
     * Returns a file.
     *
     * @param texts by keyword, of 1 to 79 characters of Latin-1; in the order of the map, each as an iTXt chunk. A
     *     character NUL, which ends a text, is left out
     */
    public static Image write(Pixels pixels, Map<String, String> texts) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(SIGNATURE);
        ByteBuffer header = ByteBuffer.allocate(13).putInt(pixels.width()).putInt(pixels.height());
        chunk(file, "IHDR", header.put((byte) 8).put(RGB).array());
        texts.forEach((keyword, text) -> chunk(file, "iTXt", text(keyword, text)));
        chunk(file, "IDAT", deflated(filtered(pixels)));
        chunk(file, "IEND", new byte[0]);
        return Image.of(file.toByteArray());
    }

    private static byte[] text(String keyword, String text) {
        byte[] name = keyword.getBytes(StandardCharsets.ISO_8859_1);
        if (name.length < 1 || name.length > 79) {
            throw new IllegalArgumentException("keyword: %d characters (expected: 1 to 79)".formatted(name.length));
        }
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        data.writeBytes(name);
        // The keyword's end, not compressed, no language, no translated keyword.
        data.writeBytes(new byte[5]);
        data.writeBytes(text.replace("\0", "").getBytes(StandardCharsets.UTF_8));
        return data.toByteArray();
    }

    /** Returns all rows, each after its filter's number, as differences to what Paeth predicts of them. */
    private static byte[] filtered(Pixels pixels) {
        int row = CHANNELS * pixels.width();
        byte[] rgb = pixels.rgb();
        byte[] filtered = new byte[pixels.height() * (row + 1)];
        int at = 0;
        for (int y = 0; y < pixels.height(); y++) {
            filtered[at++] = PAETH;
            for (int x = 0; x < row; x++) {
                int i = y * row + x;
                int left = x < CHANNELS ? 0 : rgb[i - CHANNELS] & 0xff;
                int up = y == 0 ? 0 : rgb[i - row] & 0xff;
                int corner = y == 0 || x < CHANNELS ? 0 : rgb[i - row - CHANNELS] & 0xff;
                filtered[at++] = (byte) (rgb[i] - paeth(left, up, corner));
            }
        }
        return filtered;
    }

    /** Returns the one of three neighbours that is nearest to their plane (section 9.4). */
    private static int paeth(int left, int up, int corner) {
        int plane = left + up - corner;
        int toLeft = Math.abs(plane - left);
        int toUp = Math.abs(plane - up);
        int toCorner = Math.abs(plane - corner);
        if (toLeft <= toUp && toLeft <= toCorner) {
            return left;
        }
        return toUp <= toCorner ? up : corner;
    }

    private static byte[] deflated(byte[] bytes) {
        Deflater deflater = new Deflater();
        try {
            deflater.setInput(bytes);
            deflater.finish();
            ByteArrayOutputStream deflated = new ByteArrayOutputStream();
            byte[] buffer = new byte[1 << 14];
            while (!deflater.finished()) {
                deflated.write(buffer, 0, deflater.deflate(buffer));
            }
            return deflated.toByteArray();
        } finally {
            deflater.end();
        }
    }

    private static void chunk(ByteArrayOutputStream file, String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 check = new CRC32();
        check.update(name);
        check.update(data);
        file.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        file.writeBytes(name);
        file.writeBytes(data);
        file.writeBytes(ByteBuffer.allocate(4).putInt((int) check.getValue()).array());
    }
}
