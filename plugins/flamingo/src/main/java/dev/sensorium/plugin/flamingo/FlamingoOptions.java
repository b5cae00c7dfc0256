package dev.sensorium.plugin.flamingo;

import dev.sensorium.kit.decode.LoopOptions;
import dev.sensorium.kit.image.VideoReader;
import dev.sensorium.kit.nn.Paging;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelSpec;
import java.util.stream.Stream;

/**
 * How much a model has room for.
 *
 * @param loop of tokens
 * @param pictures the most that a prompt may have
 * @param sight how the states of pictures are cut up
 */
record FlamingoOptions(LoopOptions loop, int pictures, Paging sight) {

    private static final String PICTURES = "max_pictures";
    private static final int DEFAULT_PICTURES = 32;
    private static final int MOST_PICTURES = 999;

    /** What a slot has room for if all are in use: fewer than one prompt may have, as few have so many. */
    private static final int USUAL_PICTURES = 8;

    /** Returns the keys of the settings that {@link #of} reads. */
    static String[] settings() {
        return Stream.of(LoopOptions.settings(), VideoReader.settings(), new String[] {PICTURES})
                .flatMap(Stream::of)
                .toArray(String[]::new);
    }

    /** Reads what a spec asks for: the loop's settings, and "max_pictures", 32 by default. */
    static FlamingoOptions of(ModelSpec spec, FlamingoConfig config) {
        LoopOptions loop = LoopOptions.of(spec, config.text().context());
        int pictures = pictures(spec);
        int each = Math.max(USUAL_PICTURES, (pictures + loop.slots() - 1) / loop.slots());
        return new FlamingoOptions(loop, pictures, loop.memory(Math.multiplyExact(each, config.states())));
    }

    private static int pictures(ModelSpec spec) {
        String value = spec.settings().getOrDefault(PICTURES, String.valueOf(DEFAULT_PICTURES));
        if (!value.matches("[1-9][0-9]{0,2}")) {
            throw new ModelException(
                    Reason.INVALID_CHECKPOINT,
                    "setting \"%s\": \"%s\" (expected: 1 to %d)".formatted(PICTURES, value, MOST_PICTURES));
        }
        return Integer.parseInt(value);
    }
}
