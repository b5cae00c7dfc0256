package dev.sensorium.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;

/** An animated GIF in the making, which plays over and over; written frame by frame. */
final class Film implements AutoCloseable {

    private static final String FORMAT = "javax_imageio_gif_image_1.0";
    private static final int MILLIS_PER_TICK = 10;

    /** Viewers take a frame shorter than this for a mistake, and show it for longer. */
    private static final int FEWEST_TICKS = 2;

    private final ImageWriter writer =
            ImageIO.getImageWritersByFormatName("gif").next();
    private final ImageOutputStream file;
    private boolean first = true;

    Film(Path path) throws IOException {
        Files.deleteIfExists(path); // a longer one would shine through at the end
        file = ImageIO.createImageOutputStream(path.toFile());
        if (file == null) {
            throw new IOException(path + ": cannot be written");
        }
        writer.setOutput(file);
        writer.prepareWriteSequence(null);
    }

    /** Adds a frame that is shown for so long. */
    void add(BufferedImage picture, Duration time) throws IOException {
        IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(picture), null);
        IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(FORMAT);
        long ticks = Math.max(FEWEST_TICKS, Math.round(time.toMillis() / (double) MILLIS_PER_TICK));
        IIOMetadataNode control = node(root, "GraphicControlExtension");
        control.setAttribute("delayTime", String.valueOf(ticks));
        control.setAttribute("disposalMethod", "none");
        if (first) {
            node(root, "ApplicationExtensions").appendChild(loop());
            first = false;
        }
        metadata.setFromTree(FORMAT, root);
        writer.writeToSequence(new IIOImage(picture, null, metadata), null);
    }

    /** Has the film begin again at its end, for ever. */
    private static IIOMetadataNode loop() {
        IIOMetadataNode loop = new IIOMetadataNode("ApplicationExtension");
        loop.setAttribute("applicationID", "NETSCAPE");
        loop.setAttribute("authenticationCode", "2.0");
        loop.setUserObject(new byte[] {1, 0, 0});
        return loop;
    }

    private static IIOMetadataNode node(IIOMetadataNode root, String name) {
        for (int i = 0; i < root.getLength(); i++) {
            if (root.item(i).getNodeName().equals(name)) {
                return (IIOMetadataNode) root.item(i);
            }
        }
        IIOMetadataNode node = new IIOMetadataNode(name);
        root.appendChild(node);
        return node;
    }

    @Override
    public void close() throws IOException {
        try (file) {
            writer.endWriteSequence();
        } finally {
            writer.dispose();
        }
    }
}
