package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.DecodingOptions;
import dev.sensorium.spi.Decoding;
import java.util.List;
import java.util.OptionalLong;

/** A request's decoding options laid over a model's defaults: what the request does not name stays as it is. */
final class DecodingOverlay {

    private static final String DEFAULT_BEAMS =
            "with beams, which is this model's default (expected: greedy or sample to be set)";

    private final DecodingOptions options;
    private final Decoding defaults;

    private DecodingOverlay(DecodingOptions options, Decoding defaults) {
        this.options = options;
        this.defaults = defaults;
    }

    /**
     * Returns what is to be done.
     *
     * @param options that {@link DecodingReader} has checked
     * @throws dev.sensorium.server.ServiceException if they do not go with what the model does by default
     * @throws dev.sensorium.spi.ModelException likewise, beginning with the name of the setting
     */
    static Decoding of(DecodingOptions options, Decoding defaults) {
        return new DecodingOverlay(options, defaults).decoding();
    }

    private Decoding decoding() {
        Decoding.Strategy strategy = strategy();
        boolean beams = strategy instanceof Decoding.Beams;
        if (beams) {
            Violations violations = new Violations();
            DecodingReader.conflicts(options, DEFAULT_BEAMS, violations);
            violations.raise(Violations.INVALID_REQUEST);
        }
        return new Decoding(
                length(),
                strategy,
                rules(beams),
                beams ? Decoding.Stop.NONE : stop(),
                beams || options.getLogProbabilities() > 0
                        ? options.getLogProbabilities()
                        : defaults.logProbabilities());
    }

    /** A default that the request rules out gives way. */
    private Decoding.Length length() {
        int max = options.hasMaxTokens()
                ? options.getMaxTokens()
                : defaults.length().max();
        int least = options.getAllowedTextsCount() > 0
                ? 0
                : Math.min(max, defaults.length().min());
        return new Decoding.Length(options.hasMinTokens() ? options.getMinTokens() : least, max);
    }

    private Decoding.Strategy strategy() {
        return switch (options.getStrategyCase()) {
            case GREEDY -> new Decoding.Greedy();
            case SAMPLE -> sample(options.getSample());
            case BEAMS -> beams(options.getBeams());
            case STRATEGY_NOT_SET -> defaults.strategy();
        };
    }

    private static Decoding.Sample sample(dev.sensorium.proto.v1.Sample sample) {
        return new Decoding.Sample(
                sample.hasTemperature() ? sample.getTemperature() : 1,
                sample.getTopK(),
                sample.hasTopP() ? sample.getTopP() : 1,
                sample.getMinP(),
                sample.hasSeed() ? OptionalLong.of(sample.getSeed()) : OptionalLong.empty());
    }

    private static Decoding.Beams beams(dev.sensorium.proto.v1.Beams beams) {
        double penalty = beams.hasLengthPenalty() ? beams.getLengthPenalty() : 1;
        return new Decoding.Beams(beams.getCount(), penalty, beams.getEarlyStopping());
    }

    private Decoding.Rules rules(boolean beams) {
        Decoding.Rules usual = defaults.rules();
        boolean freely = beams || options.getMinTokens() > 0;
        return new Decoding.Rules(
                options.hasRepetitionPenalty() ? options.getRepetitionPenalty() : usual.repetitionPenalty(),
                options.hasNoRepeatNgram() ? options.getNoRepeatNgram() : usual.noRepeatNgram(),
                orElse(options.getBadWordsList(), usual.badWords()),
                orElse(options.getAllowedTextsList(), freely ? List.of() : usual.allowedTexts()));
    }

    private Decoding.Stop stop() {
        return new Decoding.Stop(
                orElse(options.getStopTextsList(), defaults.stop().texts()),
                orElse(options.getStopTokensList(), defaults.stop().tokens()));
    }

    private static <T> List<T> orElse(List<T> set, List<T> usual) {
        return set.isEmpty() ? usual : set;
    }
}
