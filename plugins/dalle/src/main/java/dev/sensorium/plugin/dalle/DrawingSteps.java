package dev.sensorium.plugin.dalle;

import dev.sensorium.kit.image.PngWriter;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.ImageGenerator.Finished;
import dev.sensorium.spi.ImageGenerator.Preview;
import dev.sensorium.spi.ImageGenerator.Progress;
import dev.sensorium.spi.ImageGenerator.Started;
import dev.sensorium.spi.ImageGenerator.Step;
import dev.sensorium.spi.Steps;
import java.util.Optional;

/** The steps of one drawing: those of its codes, and pictures of them, which are painted when they are pulled. */
final class DrawingSteps implements Steps<Step> {

    private final Steps<Drawn> drawn;
    private final Painter painter;
    private final Sheet sheet;
    private volatile Due due = Due.NOTHING;
    private volatile boolean closed;

    /** What is to be painted before more is pulled. */
    private enum Due {
        NOTHING,
        PREVIEW,
        FINISHED
    }

    DrawingSteps(Steps<Drawn> drawn, Painter painter, Sheet sheet) {
        this.drawn = drawn;
        this.painter = painter;
        this.sheet = sheet;
    }

    @Override
    public Optional<Step> next() throws InterruptedException {
        if (closed) {
            return Optional.empty();
        }
        if (due != Due.NOTHING) {
            Step painted = painted();
            due = Due.NOTHING;
            return closed ? Optional.empty() : Optional.of(painted);
        }
        Optional<Drawn> next = drawn.next();
        if (next.isEmpty()) {
            return Optional.empty();
        }
        if (next.get() instanceof Drawn.Code code) {
            sheet.add(code.id());
            due = sheet.isPreviewDue() ? Due.PREVIEW : Due.NOTHING;
            return Optional.of(new Progress(sheet.done()));
        }
        if (next.get() instanceof Drawn.Done) {
            due = Due.FINISHED;
            return next();
        }
        return Optional.of(new Started(sheet.promptTokens(), sheet.size()));
    }

    @Override
    public boolean isReady() {
        return due != Due.NOTHING || drawn.isReady();
    }

    @Override
    public void onReady(Runnable listener) {
        if (isReady()) {
            listener.run();
        } else {
            drawn.onReady(listener);
        }
    }

    @Override
    public void close() {
        closed = true;
        drawn.close();
    }

    private Step painted() throws InterruptedException {
        Image image = PngWriter.write(painter.paint(sheet.codes()), sheet.texts());
        return due == Due.FINISHED ? new Finished(image) : new Preview(image, sheet.done());
    }
}
