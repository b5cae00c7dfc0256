package dev.sensorium.kit.image;

import com.luciad.imageio.webp.WebPImageReaderSpi;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.imageio.ImageReader;

/**
 * A WebP file (RFC 9649), of an animation the first frame on its canvas. What lies beside the picture, such as alpha, a
 * colour profile or further frames, never reaches the decoder.
 *
 * @param bitstream the picture as a file of its own
 */
@SuppressWarnings("ArrayRecordComponent") // a handle on a file's parts, never compared
record WebPFile(int width, int height, int left, int top, int orientation, byte[] bitstream) implements PictureFile {

    static WebPFile parse(byte[] file) throws BrokenPictureException {
        return new WebPParser(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN)).parse();
    }

    @Override
    public Pixels decode() throws IOException {
        Pixels frame = decodeFrame();
        if (frame.width() == width && frame.height() == height) {
            return frame;
        }
        if (left + frame.width() > width || top + frame.height() > height) {
            throw new BrokenPictureException("a frame beyond its canvas");
        }
        Pixels canvas = Pixels.black(width, height);
        for (int y = 0; y < frame.height(); y++) {
            int to = 3 * ((top + y) * width + left);
            System.arraycopy(frame.rgb(), 3 * y * frame.width(), canvas.rgb(), to, 3 * frame.width());
        }
        return canvas;
    }

    private Pixels decodeFrame() throws IOException {
        ImageReader reader = new WebPImageReaderSpi().createReaderInstance(null);
        try (ByteArrayStream in = new ByteArrayStream(bitstream)) {
            reader.setInput(in, true, true);
            Raster raster = reader.read(0).getRaster();
            return Samples.ofPackedInts(raster);
        } finally {
            reader.dispose();
        }
    }
}
