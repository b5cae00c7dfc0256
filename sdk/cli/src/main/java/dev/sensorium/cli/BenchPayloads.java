package dev.sensorium.cli;

import dev.sensorium.client.Content;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/**
 * The contents that a benchmark sends: a few that repeat, or as many as are wanted that never do. A picture is made new
 * by a comment in its file, a bitmap by other pixels in its middle row, a text by a number.
 */
final class BenchPayloads {

    private static final int GENERATED = 16;
    private static final int MAX_FILES = 1_000;
    private static final int PNG_END_BYTES = 12; // the IEND chunk
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};
    private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8};
    private static final byte[] BMP = {'B', 'M'};

    private final List<Content> contents;
    private final double freshShare;
    private final AtomicLong count = new AtomicLong();
    private final long run = System.nanoTime();

    /**
     * Makes payloads of these contents.
     *
     * @param freshShare the share of contents that the server has never seen, from 0 to 1
     */
    BenchPayloads(List<Content> contents, double freshShare) {
        this.contents = List.copyOf(contents);
        this.freshShare = freshShare;
    }

    /** Returns the next content. */
    Content next() {
        long number = count.getAndIncrement();
        Content content = contents.get((int) (number % contents.size()));
        boolean fresh = Math.floor((number + 1) * freshShare) > Math.floor(number * freshShare);
        return fresh ? renewed(content, "sensorium bench " + run + " " + number) : content;
    }

    /** Returns pictures of coloured rectangles, this many pixels wide and high. */
    static List<Content> generated(int side) throws IOException {
        Random random = new Random(1);
        List<Content> pictures = new ArrayList<>();
        for (int i = 0; i < GENERATED; i++) {
            BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
            Graphics2D graphics = image.createGraphics();
            for (int k = 0; k < 40; k++) {
                graphics.setColor(new Color(random.nextInt(1 << 24)));
                graphics.fillRect(
                        random.nextInt(side), random.nextInt(side), random.nextInt(side), random.nextInt(side));
            }
            graphics.dispose();
            ByteArrayOutputStream png = new ByteArrayOutputStream();
            ImageIO.write(image, "png", png);
            pictures.add(Content.image(png.toByteArray()));
        }
        return pictures;
    }

    /** Returns the first 1,000 pictures of a folder. */
    static List<Content> of(List<Path> files) throws IOException {
        List<Content> pictures = new ArrayList<>();
        for (Path file : files.subList(0, Math.min(MAX_FILES, files.size()))) {
            pictures.add(Content.image(Files.readAllBytes(file)));
        }
        return pictures;
    }

    /** Returns pictures as bitmaps, so that new ones have pixels of their own; those of formats unknown to Java stay. */
    static List<Content> bitmaps(List<Content> contents) throws IOException {
        List<Content> bitmaps = new ArrayList<>();
        for (Content content : contents) {
            bitmaps.add(content instanceof Content.Picture picture ? bitmap(picture) : content);
        }
        return bitmaps;
    }

    private static Content bitmap(Content.Picture picture) throws IOException {
        byte[] file = new byte[picture.encoded().remaining()];
        picture.encoded().duplicate().get(file);
        BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(file));
        if (decoded == null) {
            return picture;
        }
        BufferedImage plain = new BufferedImage(decoded.getWidth(), decoded.getHeight(), BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D graphics = plain.createGraphics();
        graphics.drawImage(decoded, 0, 0, null);
        graphics.dispose();
        ByteArrayOutputStream bmp = new ByteArrayOutputStream();
        ImageIO.write(plain, "bmp", bmp);
        return Content.image(bmp.toByteArray());
    }

    private static Content renewed(Content content, String comment) {
        if (content instanceof Content.Text text) {
            return Content.text(text.value() + " " + comment.hashCode());
        }
        if (content instanceof Content.Picture picture) {
            return new Content.Picture(renewed(picture.encoded(), comment.getBytes(StandardCharsets.US_ASCII)));
        }
        return content;
    }

    /** Puts a comment into a PNG or JPEG file, and other pixels into a bitmap; other formats are left alone. */
    static ByteBuffer renewed(ByteBuffer file, byte[] comment) {
        if (startsWith(file, BMP)) {
            return repainted(file, comment);
        }
        if (startsWith(file, PNG)) {
            ByteBuffer chunk = ByteBuffer.allocate(12 + 8 + comment.length);
            chunk.putInt(8 + comment.length).put("tEXt".getBytes(StandardCharsets.US_ASCII));
            chunk.put("Comment\0".getBytes(StandardCharsets.US_ASCII)).put(comment);
            CRC32 crc = new CRC32();
            crc.update(chunk.array(), 4, 4 + 8 + comment.length);
            chunk.putInt((int) crc.getValue());
            return inserted(file, file.remaining() - PNG_END_BYTES, chunk.flip());
        }
        if (startsWith(file, JPEG)) {
            ByteBuffer segment = ByteBuffer.allocate(4 + comment.length);
            segment.put((byte) 0xff)
                    .put((byte) 0xfe)
                    .putShort((short) (2 + comment.length))
                    .put(comment);
            return inserted(file, JPEG.length, segment.flip());
        }
        return file;
    }

    private static ByteBuffer repainted(ByteBuffer file, byte[] comment) {
        ByteBuffer copy = ByteBuffer.allocate(file.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        copy.put(file.duplicate()).flip();
        int width = copy.getInt(18);
        int height = copy.getInt(22);
        int stride = (3 * width + 3) / 4 * 4;
        byte[] row = new byte[3 * width];
        new Random(Arrays.hashCode(comment)).nextBytes(row);
        return copy.put(copy.getInt(10) + height / 2 * stride, row);
    }

    private static boolean startsWith(ByteBuffer file, byte[] magic) {
        return file.remaining() > PNG_END_BYTES && file.slice(0, magic.length).equals(ByteBuffer.wrap(magic));
    }

    private static ByteBuffer inserted(ByteBuffer file, int at, ByteBuffer piece) {
        ByteBuffer joined = ByteBuffer.allocate(file.remaining() + piece.remaining());
        joined.put(file.slice(0, at)).put(piece).put(file.slice(at, file.remaining() - at));
        return joined.flip();
    }
}
