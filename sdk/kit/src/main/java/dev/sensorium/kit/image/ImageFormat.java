package dev.sensorium.kit.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** A file format of pictures, told by a file's first bytes. */
public enum ImageFormat {
    PNG("image/png", 0, "\u0089PNG\r\n\u001a\n"),
    JPEG("image/jpeg", 0, "\u00ff\u00d8\u00ff"),
    GIF("image/gif", 0, "GIF8"),
    BMP("image/bmp", 0, "BM"),
    WEBP("image/webp", 8, "WEBP");

    private final String mediaType;
    private final int offset;
    private final byte[] magic;

    ImageFormat(String mediaType, int offset, String magic) {
        this.mediaType = mediaType;
        this.offset = offset;
        this.magic = magic.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Returns the media type, such as "image/png". */
    public String mediaType() {
        return mediaType;
    }

    /** Returns the format of a file, empty if it is none of these. */
    public static Optional<ImageFormat> sniff(ByteBuffer encoded) {
        return Arrays.stream(values()).filter(format -> format.begins(encoded)).findFirst();
    }

    private boolean begins(ByteBuffer encoded) {
        if (encoded.remaining() < offset + magic.length) {
            return false;
        }
        byte[] found = new byte[magic.length];
        encoded.get(encoded.position() + offset, found);
        return Arrays.equals(found, magic);
    }

    PictureFile parse(byte[] file) throws BrokenPictureException {
        return switch (this) {
            case PNG -> PngFile.parse(file);
            case JPEG -> JpegFile.parse(file);
            case GIF -> GifFile.parse(file);
            case BMP -> BmpFile.parse(file);
            case WEBP -> WebPFile.parse(file);
        };
    }
}
