package dev.sensorium.kit.image;

import java.awt.image.Raster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A GIF file with one frame or many.
 *
 * @param width of the canvas, which holds the logical screen and every frame
 * @param background the index of the colour that cleared frames take
 * @param frames at least one
 * @param file its bytes
 */
@SuppressWarnings("ArrayRecordComponent") // a handle on a file, never compared
record GifFile(int width, int height, int background, List<Frame> frames, byte[] file) implements PictureFile {

    private static final int CLEAR = 2;
    private static final int UNDO = 3;

    /** Of a second. */
    private static final double TICKS = 100;

    /** What is shorter, as where nothing is said, is shown for the usual time, by every viewer. */
    private static final int FEWEST_TICKS = 2;

    private static final int USUAL_TICKS = 10;

    /**
     * A frame, as its headers say.
     *
     * @param transparent the index that leaves the canvas as it is, or -1
     * @param disposal what becomes of the frame before the next: 2 cleared, 3 undone, otherwise it stays
     * @param ticks for how many hundredths of a second it is shown
     * @param palette 256 times red, green and blue; black where the file has none
     */
    @SuppressWarnings("ArrayRecordComponent") // a handle on a file's parts, never compared
    record Frame(int left, int top, int width, int height, int transparent, int disposal, int ticks, byte[] palette) {}

    static GifFile parse(byte[] file) throws BrokenPictureException {
        return new GifParser(file).parse();
    }

    /** Returns when the frames are shown. */
    FrameTimes times() {
        List<Double> starts = new ArrayList<>();
        long ticks = 0;
        for (Frame frame : frames) {
            starts.add(ticks / TICKS);
            ticks += frame.ticks() < FEWEST_TICKS ? USUAL_TICKS : frame.ticks();
        }
        return new FrameTimes(starts, ticks / TICKS);
    }

    /** Decodes the first frame; its transparent pixels have the palette's colour, since alpha is dropped. */
    @Override
    public Pixels decode() throws IOException {
        return decode(List.of(0)).get(0);
    }

    /** Decodes the frames of these ascending indices, each over what earlier ones left on the canvas. */
    List<Pixels> decode(List<Integer> indices) throws IOException {
        List<Pixels> decoded = new ArrayList<>();
        Pixels canvas = Pixels.black(width, height);
        Frame first = frames.get(0);
        fill(canvas, new Frame(0, 0, width, height, -1, 0, 0, first.palette()), Math.max(first.transparent(), 0));
        try (JdkReader reader = new JdkReader("gif", file)) {
            for (int i = 0; i <= indices.get(indices.size() - 1); i++) {
                Frame frame = frames.get(i);
                byte[] before = frame.disposal() == UNDO ? canvas.rgb().clone() : canvas.rgb();
                draw(canvas, frame, reader.read(i).getRaster(), i == 0 ? -1 : frame.transparent());
                if (indices.contains(i)) {
                    decoded.add(new Pixels(width, height, canvas.rgb().clone()));
                }
                if (frame.disposal() == CLEAR) {
                    fill(canvas, frame, frame.transparent() >= 0 ? frame.transparent() : background);
                }
                canvas = new Pixels(width, height, before);
            }
        }
        return decoded;
    }

    private static void fill(Pixels canvas, Frame area, int index) {
        for (int y = area.top(); y < area.top() + area.height(); y++) {
            int to = 3 * (y * canvas.width() + area.left());
            for (int x = 0; x < area.width(); x++, to += 3) {
                System.arraycopy(area.palette(), 3 * index, canvas.rgb(), to, 3);
            }
        }
    }

    private static void draw(Pixels canvas, Frame frame, Raster raster, int transparent) {
        int[] row = new int[frame.width()];
        for (int y = 0; y < frame.height(); y++) {
            raster.getSamples(0, y, frame.width(), 1, 0, row);
            int to = 3 * ((frame.top() + y) * canvas.width() + frame.left());
            for (int index : row) {
                if (index != transparent) {
                    System.arraycopy(frame.palette(), 3 * index, canvas.rgb(), to, 3);
                }
                to += 3;
            }
        }
    }
}
