package dev.sensorium.kit.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the chunks of one WebP file up to its first frame, and its EXIF block. */
final class WebPParser {

    private static final int RIFF = fourCharacters("RIFF");
    private static final int WEBP = fourCharacters("WEBP");
    private static final int LOSSY = fourCharacters("VP8 ");
    private static final int LOSSLESS = fourCharacters("VP8L");
    private static final int EXTENDED = fourCharacters("VP8X");
    private static final int ANIMATION_FRAME = fourCharacters("ANMF");
    private static final int EXIF = fourCharacters("EXIF");

    private static final int RIFF_HEADER = 12;
    private static final int CHUNK_HEADER = 8;
    private static final int FRAME_HEADER = 16;
    private static final int LOSSLESS_SIGNATURE = 0x2F;

    private final ByteBuffer in;
    private int width;
    private int height;
    private int left;
    private int top;
    private int orientation = 1;
    private byte[] bitstream = {};

    WebPParser(ByteBuffer in) {
        this.in = in;
    }

    WebPFile parse() throws BrokenPictureException {
        readChunks(RIFF_HEADER, in.limit());
        if (bitstream.length == 0) {
            throw new BrokenPictureException("no picture data");
        }
        return new WebPFile(width, height, left, top, orientation, bitstream);
    }

    private void readChunks(int start, int end) throws BrokenPictureException {
        int position = start;
        while (position <= end - CHUNK_HEADER) {
            int type = in.getInt(position);
            int length = in.getInt(position + 4);
            int data = position + CHUNK_HEADER;
            if (length < 0 || length > end - data) {
                throw BrokenPictureException.truncated();
            }
            readChunk(type, data, length);
            position = data + length + (length & 1);
        }
    }

    private void readChunk(int type, int data, int length) throws BrokenPictureException {
        if (type == EXTENDED && length >= 10) {
            width = 1 + unsigned24(data + 4);
            height = 1 + unsigned24(data + 7);
        } else if (type == EXIF) {
            orientation = Orientation.read(in.slice(data, length));
        } else if (bitstream.length > 0) {
            return; // a further frame
        } else if (type == ANIMATION_FRAME && length >= FRAME_HEADER) {
            left = 2 * unsigned24(data);
            top = 2 * unsigned24(data + 3);
            readChunks(data + FRAME_HEADER, data + length);
        } else if (type == LOSSY || type == LOSSLESS) {
            readBitstream(type, data, length);
        }
    }

    private void readBitstream(int type, int data, int length) throws BrokenPictureException {
        if (length < 10 || (type == LOSSLESS && in.get(data) != LOSSLESS_SIGNATURE)) {
            throw new BrokenPictureException("no picture data");
        }
        int sizes = type == LOSSY ? in.getInt(data + 6) : in.getInt(data + 1);
        int frameWidth = type == LOSSY ? sizes & 0x3FFF : 1 + (sizes & 0x3FFF);
        int frameHeight = type == LOSSY ? (sizes >> 16) & 0x3FFF : 1 + ((sizes >> 14) & 0x3FFF);
        width = Math.max(width, left + frameWidth);
        height = Math.max(height, top + frameHeight);
        bitstream = new byte[RIFF_HEADER + CHUNK_HEADER + length + (length & 1)];
        ByteBuffer out = ByteBuffer.wrap(bitstream).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(RIFF).putInt(bitstream.length - 8).putInt(WEBP).putInt(type).putInt(length);
        in.get(data, bitstream, out.position(), length);
    }

    private int unsigned24(int position) {
        return Short.toUnsignedInt(in.getShort(position)) | (in.get(position + 2) & 0xFF) << 16;
    }

    /** Returns a chunk's name as the little-endian integer that it is in the file. */
    private static int fourCharacters(String name) {
        return name.charAt(0) | name.charAt(1) << 8 | name.charAt(2) << 16 | name.charAt(3) << 24;
    }
}
