package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.Beams;
import dev.sensorium.proto.v1.DecodingOptions;
import dev.sensorium.proto.v1.DecodingOptions.StrategyCase;
import dev.sensorium.proto.v1.Sample;
import dev.sensorium.spi.Decoding;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads the field "decoding": says what is wrong with it by itself; {@link DecodingOverlay} lays it over a model's. */
final class DecodingReader {

    private static final int BAD_WORDS = 100;
    private static final int ALLOWED_TEXTS = 1_000;
    private static final int STOP_TEXTS = 16;
    private static final int STOP_TOKENS = 100;
    private static final String WITH_BEAMS = "with beams (expected: greedy or sample)";

    private final DecodingOptions options;
    private final int maxTextBytes;
    private final Violations violations;

    private DecodingReader(DecodingOptions options, int maxTextBytes, Violations violations) {
        this.options = options;
        this.maxTextBytes = maxTextBytes;
        this.violations = violations;
    }

    /** Checks the options. */
    static void check(DecodingOptions options, int maxTextBytes, Violations violations) {
        DecodingReader reader = new DecodingReader(options, maxTextBytes, violations);
        reader.length();
        switch (options.getStrategyCase()) {
            case SAMPLE -> reader.sample(options.getSample());
            case BEAMS -> reader.beams(options.getBeams());
            case GREEDY, STRATEGY_NOT_SET -> {}
        }
        reader.rules();
        reader.stops();
        reader.require(
                inRange(options.getLogProbabilities(), 0, Decoding.MOST_LOG_PROBABILITIES),
                "log_probabilities",
                "%d (expected: 0 to %d)",
                options.getLogProbabilities(),
                Decoding.MOST_LOG_PROBABILITIES);
        if (options.getStrategyCase() == StrategyCase.BEAMS) {
            conflicts(options, WITH_BEAMS, violations);
        }
    }

    /** Notes what does not go with beams. */
    static void conflicts(DecodingOptions options, String description, Violations violations) {
        addIf(options.getAllowedTextsCount() > 0, "allowed_texts", description, violations);
        addIf(options.getStopTextsCount() > 0, "stop_texts", description, violations);
        addIf(options.getStopTokensCount() > 0, "stop_tokens", description, violations);
        addIf(options.getLogProbabilities() != 0, "log_probabilities", description, violations);
    }

    private void length() {
        int max = options.getMaxTokens();
        int min = options.getMinTokens();
        require(!options.hasMaxTokens() || max >= 1, "max_tokens", "%d (expected: >= 1)", max);
        require(min >= 0, "min_tokens", "%d (expected: >= 0)", min);
        require(
                !options.hasMaxTokens() || max < 1 || min <= max,
                "min_tokens",
                "%d (expected: 0 to max_tokens, %d)",
                min,
                max);
        require(
                min <= 0 || options.getAllowedTextsCount() == 0,
                "min_tokens",
                "with allowed_texts (expected: one or the other)");
    }

    private void sample(Sample sample) {
        double temperature = sample.getTemperature();
        require(
                !sample.hasTemperature() || temperature > 0 && Double.isFinite(temperature),
                "sample.temperature",
                "%s (expected: > 0 and finite)",
                temperature);
        require(sample.getTopK() >= 0, "sample.top_k", "%d (expected: >= 0)", sample.getTopK());
        double topP = sample.getTopP();
        require(!sample.hasTopP() || topP > 0 && topP <= 1, "sample.top_p", "%s (expected: > 0 and <= 1)", topP);
        double minP = sample.getMinP();
        require(minP >= 0 && minP < 1, "sample.min_p", "%s (expected: >= 0 and < 1)", minP);
    }

    private void beams(Beams beams) {
        require(
                inRange(beams.getCount(), 2, Decoding.Beams.MOST),
                "beams.count",
                "%d (expected: 2 to %d)",
                beams.getCount(),
                Decoding.Beams.MOST);
        double penalty = beams.getLengthPenalty();
        require(Double.isFinite(penalty), "beams.length_penalty", "%s (expected: finite)", penalty);
    }

    private void rules() {
        double penalty = options.getRepetitionPenalty();
        require(
                !options.hasRepetitionPenalty() || penalty > 0 && Double.isFinite(penalty),
                "repetition_penalty",
                "%s (expected: > 0 and finite)",
                penalty);
        int ngram = options.getNoRepeatNgram();
        require(ngram >= 0, "no_repeat_ngram", "%d (expected: >= 0)", ngram);
        texts("bad_words", options.getBadWordsList(), BAD_WORDS);
        texts("allowed_texts", options.getAllowedTextsList(), ALLOWED_TEXTS);
    }

    private void stops() {
        texts("stop_texts", options.getStopTextsList(), STOP_TEXTS);
        int count = options.getStopTokensCount();
        require(count <= STOP_TOKENS, "stop_tokens", "%d (expected: <= %d)", count, STOP_TOKENS);
        for (int i = 0; i < Math.min(count, STOP_TOKENS); i++) {
            int token = options.getStopTokens(i);
            require(token >= 0, "stop_tokens[%d]".formatted(i), "%d (expected: >= 0)", token);
        }
    }

    private void texts(String field, List<String> texts, int most) {
        require(texts.size() <= most, field, "%d (expected: <= %d)", texts.size(), most);
        for (int i = 0; i < Math.min(texts.size(), most); i++) {
            String path = "%s[%d]".formatted(field, i);
            int bytes = texts.get(i).getBytes(StandardCharsets.UTF_8).length;
            require(bytes > 0, path, "empty (expected: at least one character)");
            require(bytes <= maxTextBytes, path, "%d bytes (expected: <= %d)", bytes, maxTextBytes);
        }
    }

    private static boolean inRange(int value, int least, int most) {
        return value >= least && value <= most;
    }

    private void require(boolean holds, String field, String description, Object... values) {
        if (!holds) {
            violations.add("decoding." + field, description.formatted(values));
        }
    }

    private static void addIf(boolean wrong, String field, String description, Violations violations) {
        if (wrong) {
            violations.add("decoding." + field, description);
        }
    }
}
