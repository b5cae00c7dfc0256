package dev.sensorium.plugin.dalle;

import dev.sensorium.kit.decode.Source;
import java.util.Arrays;
import java.util.List;

/**
 * A prompt that a picture is drawn from.
 *
 * @param ids its tokens
 */
record PromptSource(List<Integer> ids) implements Source {

    PromptSource {
        ids = List.copyOf(ids);
    }

    static PromptSource of(int... ids) {
        return new PromptSource(Arrays.stream(ids).boxed().toList());
    }

    @Override
    public Object key() {
        return ids;
    }

    @Override
    public Object group() {
        return PromptSource.class;
    }

    @Override
    public int length() {
        return ids.size();
    }
}
