package dev.sensorium.server.rpc;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The media formats that are told by how their bytes begin. */
enum MediaType {
    PNG(0, "\u0089PNG\r\n\u001a\n", "image/png"),
    JPEG(0, "\u00ff\u00d8\u00ff", "image/jpeg", "image/jpg", "image/pjpeg"),
    GIF(0, "GIF8", "image/gif"),
    BMP(0, "BM", "image/bmp", "image/x-bmp", "image/x-ms-bmp"),
    WEBP(8, "WEBP", "image/webp"),
    WAV(8, "WAVE", "audio/wav", "audio/wave", "audio/x-wav", "audio/vnd.wave"),
    FLAC(0, "fLaC", "audio/flac", "audio/x-flac"),
    OGG(0, "OggS", "audio/ogg", "video/ogg", "application/ogg"),
    MP3(0, "ID3", "audio/mpeg", "audio/mp3"),
    MP4(4, "ftyp", "video/mp4", "audio/mp4", "video/quicktime"),
    MATROSKA(0, "\u001aE\u00df\u00a3", "video/webm", "audio/webm", "video/x-matroska");

    private final int offset;
    private final byte[] magic;
    private final List<String> names;

    MediaType(int offset, String magic, String... names) {
        this.offset = offset;
        this.magic = magic.getBytes(StandardCharsets.ISO_8859_1);
        this.names = List.of(names);
    }

    /** Returns the format of these bytes, if it is a known one. */
    static Optional<MediaType> of(ByteBuffer bytes) {
        return Arrays.stream(values()).filter(type -> type.begins(bytes)).findFirst();
    }

    /** Returns whether a media type such as "image/png", parameters aside, names this format. */
    boolean isNamed(String mediaType) {
        String bare = mediaType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return names.contains(bare);
    }

    /** Returns its usual media type. */
    @Override
    public String toString() {
        return names.get(0);
    }

    private boolean begins(ByteBuffer bytes) {
        int start = bytes.position() + offset;
        return bytes.remaining() >= offset + magic.length
                && bytes.slice(start, magic.length).equals(ByteBuffer.wrap(magic));
    }
}
