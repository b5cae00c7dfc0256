package dev.sensorium.client.environment;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;

/** A square picture in the making, whose lower left corner is (0, 0) and whose upper right one (1, 1). */
final class Canvas {

    static final Color PAPER = new Color(246, 246, 242);
    static final Color INK = new Color(40, 44, 52);

    private static final int SIDE = 240;

    private final BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    private final Graphics2D graphics = image.createGraphics();

    Canvas() {
        graphics.setColor(PAPER);
        graphics.fillRect(0, 0, SIDE, SIDE);
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.translate(0, SIDE);
        graphics.scale(SIDE, -SIDE);
    }

    Canvas line(double x1, double y1, double x2, double y2, double width, Color color) {
        graphics.setStroke(new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.setColor(color);
        graphics.draw(new Line2D.Double(x1, y1, x2, y2));
        return this;
    }

    Canvas circle(double x, double y, double radius, Color color) {
        return fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius), color);
    }

    /**
     * Fills the polygon whose corners lie round a centre, the first above it.
     *
     * @param radii how far from the centre each corner is
     */
    Canvas polygon(double x, double y, double turn, Color color, double... radii) {
        Path2D path = new Path2D.Double();
        for (int i = 0; i < radii.length; i++) {
            double angle = turn + Math.PI / 2 + 2 * Math.PI * i / radii.length;
            double px = x + radii[i] * Math.cos(angle);
            double py = y + radii[i] * Math.sin(angle);
            if (i == 0) {
                path.moveTo(px, py);
            } else {
                path.lineTo(px, py);
            }
        }
        path.closePath();
        return fill(path, color);
    }

    private Canvas fill(Shape shape, Color color) {
        graphics.setColor(color);
        graphics.fill(shape);
        return this;
    }

    BufferedImage image() {
        graphics.dispose();
        return image;
    }
}
