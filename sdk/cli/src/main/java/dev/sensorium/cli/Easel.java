package dev.sensorium.cli;

import dev.sensorium.client.Content.Picture;
import dev.sensorium.client.DrawingEvent;
import dev.sensorium.client.DrawingEvent.Drawn;
import dev.sensorium.client.DrawingEvent.Preview;
import dev.sensorium.client.DrawingEvent.Started;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** Where a drawing is watched: a bar that grows with the pieces, and above it the pictures side by side, if they are shown. */
final class Easel implements AutoCloseable {

    private static final int SIDE = 256;

    private final Terminal terminal;
    private final int[] done;
    private final int columns;
    private final Optional<Screen> screen;
    private final BufferedImage canvas = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    private @Nullable Progress progress;

    /**
     * An easel for so many pictures.
     *
     * @param shown whether they are shown
     */
    Easel(Terminal terminal, int count, boolean shown) {
        this.terminal = terminal;
        this.done = new int[count];
        this.columns = (int) Math.ceil(Math.sqrt(count));
        this.screen = shown ? Optional.of(new Screen(terminal)) : Optional.empty();
    }

    /** Shows what has happened. */
    void show(DrawingEvent event) throws IOException {
        if (event instanceof Started started) {
            progress = new Progress(terminal, "drawing", started.pieces() * done.length);
        } else if (event instanceof DrawingEvent.Progress more) {
            done[more.index()] = more.done();
            reach();
        } else if (event instanceof Preview preview) {
            show(preview.index(), preview.picture());
        } else if (event instanceof Drawn finished) {
            show(finished.drawn().index(), finished.drawn().picture());
        }
    }

    private void reach() {
        if (progress != null) {
            int sum = 0;
            for (int pieces : done) {
                sum += pieces;
            }
            progress.reach(sum);
        }
    }

    private void show(int index, Picture picture) throws IOException {
        if (screen.isPresent()) {
            int side = SIDE / columns;
            Graphics2D graphics = canvas.createGraphics();
            graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            graphics.drawImage(decoded(picture), index % columns * side, index / columns * side, side, side, null);
            graphics.dispose();
            close(); // the picture begins where the bar is
            screen.get().show(canvas);
        }
    }

    private static BufferedImage decoded(Picture picture) throws IOException {
        ByteBuffer encoded = picture.encoded();
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(bytes));
        if (image == null) {
            throw new IOException("picture: not decoded (expected: a PNG)");
        }
        return image;
    }

    /** Takes the bar away; pictures that are shown stay. */
    @Override
    public void close() {
        if (progress != null) {
            progress.close();
        }
    }
}
