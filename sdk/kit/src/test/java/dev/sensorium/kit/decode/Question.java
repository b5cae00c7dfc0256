package dev.sensorium.kit.decode;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A question about a picture, of as many states. */
record Question(Picture picture, int number, @Nullable Object key) implements Source {

    @Override
    public Object group() {
        return "question";
    }

    @Override
    public int length() {
        return picture.length();
    }

    @Override
    public List<Source> parts() {
        return List.of(picture);
    }
}
