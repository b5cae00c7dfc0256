package dev.sensorium.kit.decode;

import dev.sensorium.kit.nn.TinyDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An encoder of pictures, and of questions about them, that remembers the batches it was given. */
final class Pictures implements Encoder {

    /** The seed of a picture that fails. */
    static final long BROKEN = -1;

    /** The seed of a picture whose states are not finite. */
    static final long POISONED = -2;

    final List<List<Item>> batches = new CopyOnWriteArrayList<>();

    @Override
    public List<States> encode(List<Item> batch) {
        batches.add(batch);
        List<States> states = new ArrayList<>();
        for (Item item : batch) {
            Source source = item.source();
            float[] values = source instanceof Question question
                    ? TinyDecoder.encoded(question.length(), question.number())
                    : states((Picture) source);
            states.add(new States(values, TinyDecoder.ENCODER_WIDTH));
        }
        return states;
    }

    private static float[] states(Picture picture) {
        if (picture.seed() == BROKEN) {
            throw new IllegalStateException("no such picture");
        }
        float[] states = TinyDecoder.encoded(picture.length(), picture.seed());
        if (picture.seed() == POISONED) {
            states[0] = Float.NaN;
        }
        return states;
    }
}
