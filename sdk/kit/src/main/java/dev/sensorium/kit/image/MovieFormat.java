package dev.sensorium.kit.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** A file format of films, told by a file's first bytes. */
enum MovieFormat {
    MP4("mov", 4, "ftyp"),
    WEBM("matroska", 0, "\u001a\u0045\u00df\u00a3");

    private final String demuxer;
    private final int offset;
    private final ByteBuffer magic;

    MovieFormat(String demuxer, int offset, String magic) {
        this.demuxer = demuxer;
        this.offset = offset;
        this.magic = ByteBuffer.wrap(magic.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Returns what FFmpeg calls the reader of this format. */
    String demuxer() {
        return demuxer;
    }

    /** Returns the format of a file, empty if it is none of these. */
    static Optional<MovieFormat> sniff(ByteBuffer encoded) {
        return Arrays.stream(values())
                .filter(format -> encoded.remaining() >= format.offset + format.magic.remaining())
                .filter(format -> encoded.slice(encoded.position() + format.offset, format.magic.remaining())
                        .equals(format.magic))
                .findFirst();
    }
}
