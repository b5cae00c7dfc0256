package dev.sensorium.kit.decode;

import dev.sensorium.kit.nn.TinyDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An encoder of pictures that remembers the batches it was given. */
final class Pictures implements Encoder {

    final List<List<Item>> batches = new CopyOnWriteArrayList<>();

    @Override
    public List<States> encode(List<Item> batch) {
        batches.add(batch);
        List<States> states = new ArrayList<>();
        for (Item item : batch) {
            Picture picture = (Picture) item.source();
            if (picture.seed() < 0) {
                throw new IllegalStateException("no such picture");
            }
            states.add(new States(TinyDecoder.encoded(picture.length(), picture.seed()), TinyDecoder.ENCODER_WIDTH));
        }
        return states;
    }
}
