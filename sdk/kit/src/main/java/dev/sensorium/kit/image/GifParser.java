package dev.sensorium.kit.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Reads the blocks of one GIF file (GIF89a) without decoding its frames. */
final class GifParser {

    private static final int SCREEN_END = 13;
    private static final int EXTENSION = 0x21;
    private static final int FRAME = 0x2C;
    private static final int FRAME_CONTROL = 0xF9;
    private static final int PALETTE_BYTES = 3 * 256;

    private final byte[] file;
    private final ByteBuffer in;
    private final List<GifFile.Frame> frames = new ArrayList<>();
    private int width;
    private int height;
    private int transparent = -1;
    private int disposal;
    private int ticks;

    GifParser(byte[] file) {
        this.file = file;
        this.in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    }

    GifFile parse() throws BrokenPictureException {
        need(0, SCREEN_END);
        width = unsigned16(6);
        height = unsigned16(8);
        int flags = unsigned(10);
        byte[] global = palette(SCREEN_END, flags);
        int position = SCREEN_END + paletteBytes(flags);
        while (position < file.length) {
            int block = unsigned(position);
            if (block == EXTENSION) {
                position = readExtension(position + 1);
            } else if (block == FRAME) {
                position = readFrame(position + 1, global);
            } else {
                break; // the trailer, or what a decoder ignores
            }
        }
        if (frames.isEmpty()) {
            throw BrokenPictureException.truncated();
        }
        int background = (flags & 0x80) == 0 ? 0 : unsigned(11);
        return new GifFile(width, height, background, List.copyOf(frames), file);
    }

    private int readExtension(int start) throws BrokenPictureException {
        need(start, 2);
        if (unsigned(start) == FRAME_CONTROL && unsigned(start + 1) >= 4) {
            need(start, 6);
            int flags = unsigned(start + 2);
            disposal = (flags >> 2) & 7;
            ticks = unsigned16(start + 3);
            transparent = (flags & 1) == 0 ? -1 : unsigned(start + 5);
        }
        return skipBlocks(start + 1);
    }

    private int readFrame(int start, byte[] global) throws BrokenPictureException {
        need(start, 9);
        int left = unsigned16(start);
        int top = unsigned16(start + 2);
        int frameWidth = unsigned16(start + 4);
        int frameHeight = unsigned16(start + 6);
        int flags = unsigned(start + 8);
        if (frameWidth == 0 || frameHeight == 0) {
            throw new BrokenPictureException("a frame of %dx%d pixels".formatted(frameWidth, frameHeight));
        }
        byte[] palette = (flags & 0x80) == 0 ? global : palette(start + 9, flags);
        int end = skipBlocks(start + 9 + paletteBytes(flags) + 1);
        frames.add(new GifFile.Frame(left, top, frameWidth, frameHeight, transparent, disposal, ticks, palette));
        width = Math.max(width, left + frameWidth);
        height = Math.max(height, top + frameHeight);
        transparent = -1;
        disposal = 0;
        ticks = 0;
        return end;
    }

    /** Returns the palette that stands here; without one, indices are shades of grey. */
    private byte[] palette(int start, int flags) throws BrokenPictureException {
        byte[] palette = new byte[PALETTE_BYTES];
        if ((flags & 0x80) == 0) {
            for (int i = 0; i < PALETTE_BYTES; i++) {
                palette[i] = (byte) (i / 3);
            }
            return palette;
        }
        need(start, paletteBytes(flags));
        in.get(start, palette, 0, paletteBytes(flags));
        return palette;
    }

    private static int paletteBytes(int flags) {
        return (flags & 0x80) == 0 ? 0 : 3 * (2 << (flags & 7));
    }

    /** Returns the position after a row of data blocks, each with its length before it, the last one empty. */
    private int skipBlocks(int start) throws BrokenPictureException {
        int position = start;
        while (true) {
            need(position, 1);
            int length = unsigned(position);
            position += 1 + length;
            if (length == 0) {
                return position;
            }
        }
    }

    private void need(int position, int length) throws BrokenPictureException {
        if (position > file.length - length) {
            throw BrokenPictureException.truncated();
        }
    }

    private int unsigned(int position) {
        return file[position] & 0xFF;
    }

    private int unsigned16(int position) {
        return Short.toUnsignedInt(in.getShort(position));
    }
}
