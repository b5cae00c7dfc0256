package dev.sensorium.kit.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The first bytes of picture files, with any size. */
final class Headers {

    private Headers() {}

    static ByteBuffer png(int width, int height) {
        return ByteBuffer.allocate(33)
                .putLong(0x89504E470D0A1A0AL)
                .putInt(13)
                .put(new byte[] {'I', 'H', 'D', 'R'})
                .putInt(width)
                .putInt(height)
                .put(new byte[] {8, 2, 0, 0, 0})
                .rewind();
    }

    static ByteBuffer jpeg(int width, int height) {
        return ByteBuffer.allocate(40)
                .putShort((short) 0xFFD8)
                .putShort((short) 0xFFC0)
                .putShort((short) 17)
                .put((byte) 8)
                .putShort((short) height)
                .putShort((short) width)
                .put((byte) 3)
                .put(new byte[] {1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1})
                .putShort((short) 0xFFDA)
                .putShort((short) 12)
                .put(new byte[] {3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0})
                .rewind();
    }

    static ByteBuffer bmp(int width, int height) {
        ByteBuffer file = ByteBuffer.allocate(54).order(ByteOrder.LITTLE_ENDIAN);
        return file.put(0, new byte[] {'B', 'M'})
                .putInt(10, 54)
                .putInt(14, 40)
                .putInt(18, width)
                .putInt(22, height)
                .putShort(26, (short) 1)
                .putShort(28, (short) 24);
    }

    static ByteBuffer little(byte[] file) {
        return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    }
}
