package dev.sensorium.testkit;

import dev.sensorium.spi.Space;
import dev.sensorium.spi.Value;
import dev.sensorium.spi.Value.Numbers;
import dev.sensorium.spi.Value.Pixels;
import dev.sensorium.spi.Value.Words;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Values of spaces of control. */
final class Spaces {

    private Spaces() {}

    /** Returns a value in the middle of a space; 0 where a number has no bound. */
    static Value middle(Space space) {
        if (space instanceof Space.Image image) {
            return new Pixels(ByteBuffer.allocate(image.height() * image.width() * image.channels()));
        }
        if (space instanceof Space.Text) {
            return new Words("");
        }
        if (space instanceof Space.Discrete discrete) {
            return Numbers.of(discrete.size() / 2);
        }
        if (space instanceof Space.MultiDiscrete several) {
            return new Numbers(
                    several.sizes().stream().map(size -> (float) (size / 2)).toList());
        }
        return middle((Space.Box) space);
    }

    private static Value middle(Space.Box box) {
        List<Float> values = new ArrayList<>();
        for (int i = 0; i < box.size(); i++) {
            float low = Math.max(box.low().get(i), -Float.MAX_VALUE / 2);
            float high = Math.min(box.high().get(i), Float.MAX_VALUE / 2);
            values.add((low + high) / 2);
        }
        return new Numbers(values);
    }

    /** Returns values that lie outside a space, whichever it is. */
    static List<Value> outside(Space space) {
        if (space instanceof Space.Image image) {
            return List.of(
                    Numbers.of(0),
                    new Pixels(ByteBuffer.allocate(image.height() * image.width() * image.channels() - 1)));
        }
        if (space instanceof Space.Text text) {
            return List.of(Numbers.of(0), new Words("a".repeat(text.maxLength() + 1)));
        }
        List<Float> good = ((Numbers) middle(space)).values();
        List<Float> longer = new ArrayList<>(good);
        longer.add(0f);
        List<Float> odd = new ArrayList<>(good);
        odd.set(good.size() - 1, Float.NaN);
        return List.of(
                new Numbers(odd),
                new Numbers(longer),
                new Numbers(good.subList(0, good.size() - 1)),
                new Words("not numbers"));
    }
}
