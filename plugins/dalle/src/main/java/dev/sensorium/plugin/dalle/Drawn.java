package dev.sensorium.plugin.dalle;

import dev.sensorium.kit.decode.Move;
import dev.sensorium.kit.decode.Output;
import dev.sensorium.spi.Generator.FinishReason;
import dev.sensorium.spi.Generator.Usage;

/** What comes of drawing, one after the other: that it began, each code, and the end. */
sealed interface Drawn {

    /** The wait is over. */
    record Begun() implements Drawn {}

    /** The next code of the picture. */
    record Code(int id) implements Drawn {}

    /** There are no more. */
    record Done() implements Drawn {}

    /** The codes of one request, as they are chosen. */
    final class Codes implements Output<Drawn> {

        @Override
        public Drawn started(int promptTokens) {
            return new Begun();
        }

        @Override
        public Drawn next(Move move) {
            return new Code(move.chosen().get(0).token());
        }

        @Override
        public boolean stopped() {
            return false;
        }

        @Override
        public Drawn end(FinishReason reason, Usage usage) {
            return new Done();
        }
    }
}
