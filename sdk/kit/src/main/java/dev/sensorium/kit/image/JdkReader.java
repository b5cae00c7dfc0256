package dev.sensorium.kit.image;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/** A reader of the JDK's own on a picture file, whatever else is registered with ImageIO. */
final class JdkReader implements AutoCloseable {

    private static final String JDK_MODULE = "java.desktop";

    private final ImageReader reader;
    private final ByteArrayStream in;

    JdkReader(String format, byte[] file) {
        reader = create(format);
        in = new ByteArrayStream(file);
        reader.setInput(in, true, true);
    }

    /** Reads a frame; of several they are to be read in ascending order. */
    BufferedImage read(int index) throws IOException {
        return reader.read(index);
    }

    /** Reads the first frame's samples as they are stored, without conversion of colours. */
    Raster readStored() throws IOException {
        return reader.readRaster(0, null);
    }

    @Override
    public void close() throws IOException {
        reader.dispose();
        in.close();
    }

    private static ImageReader create(String format) {
        for (Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format); readers.hasNext(); ) {
            ImageReader reader = readers.next();
            if (JDK_MODULE.equals(reader.getClass().getModule().getName())) {
                return reader;
            }
        }
        throw new IllegalStateException("no reader of the JDK for " + format);
    }
}
