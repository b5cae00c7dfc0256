package dev.sensorium.kit.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Writes small animated GIF files of four colours, uncompressed: every code is a literal of three bits. */
final class GifWriter {

    private static final int CLEAR = 4;
    private static final int END = 5;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int ticks;

    GifWriter(int width, int height, int... palette) {
        out.writeBytes(new byte[] {'G', 'I', 'F', '8', '9', 'a', (byte) width, 0, (byte) height, 0, (byte) 0x81, 0, 0});
        for (int i = 0; i < 4; i++) {
            int colour = i < palette.length ? palette[i] : 0;
            out.writeBytes(new byte[] {(byte) (colour >> 16), (byte) (colour >> 8), (byte) colour});
        }
    }

    /** Has the frames from now on be shown for so many hundredths of a second. */
    GifWriter every(int hundredths) {
        ticks = hundredths;
        return this;
    }

    GifWriter frame(int left, int top, int width, int height, int transparent, int disposal, int... indices) {
        int flags = disposal << 2 | (transparent >= 0 ? 1 : 0);
        out.writeBytes(new byte[] {0x21, (byte) 0xF9, 4, (byte) flags});
        out.writeBytes(new byte[] {(byte) ticks, (byte) (ticks >> 8), (byte) Math.max(transparent, 0), 0});
        out.writeBytes(new byte[] {0x2C, (byte) left, 0, (byte) top, 0, (byte) width, 0, (byte) height, 0, 0});
        byte[] codes = codes(indices);
        out.write(2);
        out.write(codes.length);
        out.writeBytes(codes);
        out.write(0);
        return this;
    }

    ByteBuffer file() {
        ByteBuffer file = ByteBuffer.allocate(out.size() + 1);
        return file.put(out.toByteArray()).put((byte) 0x3B).rewind();
    }

    /** Packs a clear code before every index, so that codes never grow beyond three bits. */
    private static byte[] codes(int... indices) {
        long bits = 0;
        int count = 0;
        for (int index : indices) {
            bits |= (long) CLEAR << count | (long) index << (count + 3);
            count += 6;
        }
        bits |= (long) END << count;
        byte[] codes = new byte[(count + 3 + 7) / 8];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (byte) (bits >> (8 * i));
        }
        return codes;
    }
}
