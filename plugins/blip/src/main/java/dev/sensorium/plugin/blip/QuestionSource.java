package dev.sensorium.plugin.blip;

import dev.sensorium.kit.decode.PictureSource;
import dev.sensorium.kit.decode.Source;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A question about a picture, which a decoder attends to.
 *
 * @param text the question
 * @param picture what it is about
 */
record QuestionSource(PreparedText text, PictureSource picture) implements Source {

    @Override
    public @Nullable Object key() {
        return null;
    }

    /** Returns the padded length. */
    @Override
    public Object group() {
        return text.group();
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public List<Source> parts() {
        return List.of(picture);
    }
}
