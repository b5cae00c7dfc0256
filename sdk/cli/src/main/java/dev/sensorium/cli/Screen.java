package dev.sensorium.cli;

import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.image.BufferedImage;

/** A picture in the terminal, each character two pixels one above the other, drawn over the picture before. */
final class Screen {

    private static final int MOST_COLUMNS = 48;

    /** From dark to bright. */
    private static final String SHADES = "@%#*+=-:. ";

    private final Terminal terminal;
    private final int side;
    private boolean shown;

    Screen(Terminal terminal) {
        this.terminal = terminal;
        this.side = Math.min(MOST_COLUMNS, terminal.width() - 1) / 2 * 2;
    }

    void show(BufferedImage picture) {
        BufferedImage small = scaled(picture);
        StringBuilder text = new StringBuilder(shown ? up() : "");
        for (int y = 0; y < side; y += 2) {
            for (int x = 0; x < side; x++) {
                append(text, small.getRGB(x, y), small.getRGB(x, y + 1));
            }
            text.append(terminal.colours() ? "\u001b[0m\n" : "\n");
        }
        shown = true;
        terminal.err().print(text);
        terminal.err().flush();
    }

    /** Takes the picture away. */
    void clear() {
        if (shown) {
            terminal.err().print(up() + "\u001b[J");
            terminal.err().flush();
            shown = false;
        }
    }

    private String up() {
        return "\u001b[%dA".formatted(side / 2);
    }

    private void append(StringBuilder text, int upper, int lower) {
        if (terminal.colours() && terminal.unicode()) {
            text.append("\u001b[38;2;")
                    .append(rgb(upper))
                    .append("m\u001b[48;2;")
                    .append(rgb(lower))
                    .append("m▀");
        } else {
            int brightness = (brightness(upper) + brightness(lower)) / 2;
            text.append(SHADES.charAt(brightness * (SHADES.length() - 1) / 255));
        }
    }

    private static String rgb(int color) {
        return "%d;%d;%d".formatted(color >> 16 & 0xff, color >> 8 & 0xff, color & 0xff);
    }

    private static int brightness(int color) {
        return ((color >> 16 & 0xff) * 3 + (color >> 8 & 0xff) * 6 + (color & 0xff)) / 10;
    }

    private BufferedImage scaled(BufferedImage picture) {
        BufferedImage small = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = small.createGraphics();
        graphics.drawImage(picture.getScaledInstance(side, side, Image.SCALE_AREA_AVERAGING), 0, 0, null);
        graphics.dispose();
        return small;
    }
}
