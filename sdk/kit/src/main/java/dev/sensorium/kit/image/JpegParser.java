package dev.sensorium.kit.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the segments of one JPEG file: what it is, and which of them the decoder needs. */
final class JpegParser {

    /** A progressive file needs about ten; each costs a pass over the whole picture, however short it is. */
    private static final int MAX_SCANS = 100;

    private static final int FIRST_RESTART = 0xD0;
    private static final int END_OF_IMAGE = 0xD9;
    private static final int START_OF_SCAN = 0xDA;
    private static final int COMMENT = 0xFE;
    private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] JFIF = "JFIF\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.ISO_8859_1);

    private final byte[] file;
    private final ByteBuffer in;
    private final ByteArrayOutputStream essential;
    private byte[] components = {};
    private int width;
    private int height;
    private int orientation = 1;
    private boolean jfif;
    private int adobeTransform = -1;

    JpegParser(byte[] file) {
        this.file = file;
        this.in = ByteBuffer.wrap(file);
        this.essential = new ByteArrayOutputStream(file.length);
    }

    JpegFile parse() throws BrokenPictureException {
        essential.write(file, 0, 2);
        int position = 2;
        while (true) {
            position = skipFill(position);
            int marker = unsigned(position + 1);
            int length = length(position);
            if (marker == START_OF_SCAN) {
                break;
            }
            if (isApplication(marker)) {
                readApplication(marker, position + 4, length - 2);
            } else if (marker != COMMENT) {
                if (isFrame(marker)) {
                    readFrame(position + 4, length - 2);
                }
                essential.write(file, position, length + 2);
            }
            position += length + 2;
        }
        if (components.length == 0) {
            throw new BrokenPictureException("no frame header");
        }
        if (components.length == 3) {
            writeTransform();
        }
        essential.write(file, position, end(position) - position);
        return new JpegFile(width, height, components.length, transformed(), orientation, essential.toByteArray());
    }

    /** Returns the position of the next marker, before which any number of 0xFF may stand. */
    private int skipFill(int position) throws BrokenPictureException {
        int at = position;
        while (at < file.length - 1 && unsigned(at) == 0xFF && unsigned(at + 1) == 0xFF) {
            at++;
        }
        if (at >= file.length - 1) {
            throw BrokenPictureException.truncated();
        }
        if (unsigned(at) != 0xFF || !beginsSegment(unsigned(at + 1))) {
            throw new BrokenPictureException("no picture data");
        }
        return at;
    }

    /** Returns the length of the segment at a marker, which counts itself but not the marker. */
    private int length(int position) throws BrokenPictureException {
        if (position > file.length - 4) {
            throw BrokenPictureException.truncated();
        }
        int length = Short.toUnsignedInt(in.getShort(position + 2));
        if (length < 2) {
            throw new BrokenPictureException("segment of %d bytes (expected: >= 2)".formatted(length));
        }
        if (length > file.length - position - 2) {
            throw BrokenPictureException.truncated();
        }
        return length;
    }

    /** Tells whether a length and so many bytes follow a marker. */
    private static boolean beginsSegment(int marker) {
        return marker >= 0xC0 && marker < 0xFF && (marker < FIRST_RESTART || marker > END_OF_IMAGE);
    }

    private static boolean isApplication(int marker) {
        return marker >= 0xE0 && marker <= 0xEF;
    }

    private static boolean isFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    private void readApplication(int marker, int start, int length) {
        if (marker == 0xE0 && length >= 14 && begins(start, JFIF)) {
            jfif = true;
        } else if (marker == 0xEE && length >= 12 && begins(start, ADOBE)) {
            adobeTransform = unsigned(start + 11);
        } else if (marker == 0xE1 && length > EXIF.length && begins(start, EXIF)) {
            orientation = Orientation.read(in.slice(start + EXIF.length, length - EXIF.length));
        }
    }

    private boolean begins(int start, byte[] magic) {
        int end = Math.min(file.length, start + magic.length);
        return Arrays.equals(file, start, end, magic, 0, magic.length);
    }

    private void readFrame(int start, int length) throws BrokenPictureException {
        if (components.length > 0 || length < 6) {
            throw new BrokenPictureException("more than one frame header, or a short one");
        }
        height = Short.toUnsignedInt(in.getShort(start + 1));
        width = Short.toUnsignedInt(in.getShort(start + 3));
        int count = unsigned(start + 5);
        if ((count != 1 && count != 3 && count != 4) || length < 6 + 3 * count) {
            throw new BrokenPictureException("%d components (expected: 1, 3 or 4)".formatted(count));
        }
        components = new byte[count];
        for (int i = 0; i < count; i++) {
            components[i] = file[start + 6 + 3 * i];
        }
    }

    /** Says in Adobe's words, which libjpeg knows, whether components are luma and chroma. */
    private void writeTransform() {
        essential.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xEE, 0, 14});
        essential.writeBytes(ADOBE);
        essential.writeBytes(new byte[] {0, 100, 0, 0, 0, 0, (byte) (transformed() ? 1 : 0)});
    }

    /** Returns where the picture ends whose first scan begins here; the file's end, if it is truncated. */
    private int end(int firstScan) throws BrokenPictureException {
        int scans = 0;
        int position = firstScan;
        while (position < file.length - 1 && !isMarker(position, END_OF_IMAGE)) {
            scans += isMarker(position, START_OF_SCAN) ? 1 : 0;
            boolean skipped = unsigned(position) == 0xFF && beginsSegment(unsigned(position + 1));
            position += skipped ? 2 + length(position) : 1;
        }
        if (scans > MAX_SCANS) {
            throw new BrokenPictureException("%d scans (expected: <= %d)".formatted(scans, MAX_SCANS));
        }
        return Math.min(position + 2, file.length);
    }

    private boolean isMarker(int position, int marker) {
        return unsigned(position) == 0xFF && unsigned(position + 1) == marker;
    }

    /** Tells by libjpeg's rules whether components are luma and chroma. */
    private boolean transformed() {
        if (components.length == 1) {
            return false;
        }
        if (components.length == 4) {
            return adobeTransform > 0;
        }
        if (jfif) {
            return true;
        }
        return adobeTransform >= 0 ? adobeTransform != 0 : !Arrays.equals(components, new byte[] {'R', 'G', 'B'});
    }

    private int unsigned(int position) {
        return file[position] & 0xFF;
    }
}
