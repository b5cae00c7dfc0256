package dev.sensorium.cli;

import dev.sensorium.client.Decoding;
import dev.sensorium.client.Decoding.Beams;
import dev.sensorium.client.Decoding.Sample;
import dev.sensorium.client.DrawOptions;
import dev.sensorium.client.EmbedOptions;
import dev.sensorium.client.GenerationOptions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The options of commands that generate text: which model, and how it chooses tokens. */
final class Choosing {

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "The model, NAME or NAME/VERSION (default: the only one that can do it).")
    private String model = "";

    @Option(names = "--max-tokens", paramLabel = "N", description = "Generate N tokens at most.")
    private Optional<Integer> maxTokens = Optional.empty();

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description = "Choose tokens at random; below 1 the likely ones more often.")
    private Optional<Double> temperature = Optional.empty();

    @Option(names = "--top-k", paramLabel = "K", description = "Choose at random among the K most likely.")
    private Optional<Integer> topK = Optional.empty();

    @Option(
            names = "--top-p",
            paramLabel = "P",
            description = "Choose at random among the most likely whose probabilities add up to P.")
    private Optional<Double> topP = Optional.empty();

    @Option(
            names = "--min-p",
            paramLabel = "P",
            description = "Choose at random among those at least P times as likely as the best.")
    private Optional<Double> minP = Optional.empty();

    @Option(names = "--seed", paramLabel = "SEED", description = "Choose at random, the same with the same seed.")
    private Optional<Long> seed = Optional.empty();

    @Option(names = "--beams", paramLabel = "N", description = "Follow N texts at once and take the most likely.")
    private Optional<Integer> beams = Optional.empty();

    @Option(names = "--stop", paramLabel = "TEXT", description = "End before this text; may be repeated.")
    private List<String> stops = List.of();

    @Option(
            names = "--allow",
            paramLabel = "TEXT",
            description = "Allow only this text, and others that are allowed; may be repeated.")
    private List<String> allowed = List.of();

    @Option(
            names = "--log-probabilities",
            paramLabel = "N",
            description = "Tell with each token how likely it was, and the N most likely ones.")
    private int logProbabilities;

    @Option(names = "--truncate", description = "Cut text that is too long for the model, instead of failing.")
    private boolean truncate;

    @Option(names = "--orient", description = "Turn pictures as their EXIF orientation says.")
    private boolean orient;

    String model() {
        return model;
    }

    GenerationOptions options(Root root) {
        boolean random = Stream.of(temperature, topK, topP, minP, seed).anyMatch(Optional::isPresent);
        if (random && beams.isPresent()) {
            throw root.usage("--beams: without --temperature, --top-k, --top-p, --min-p and --seed");
        }
        Decoding decoding =
                Decoding.DEFAULT.withStopTexts(stops).withAllowedTexts(allowed).withLogProbabilities(logProbabilities);
        if (maxTokens.isPresent()) {
            decoding = decoding.withMaxTokens(maxTokens.get());
        }
        if (beams.isPresent()) {
            decoding = decoding.withStrategy(Beams.of(beams.get()));
        } else if (random) {
            decoding = decoding.withStrategy(sample());
        }
        return GenerationOptions.DEFAULT
                .withModel(model)
                .withDecoding(decoding)
                .withTruncateText(truncate)
                .withApplyOrientation(orient);
    }

    /** Returns the same for commands that may also embed. */
    EmbedOptions embedding() {
        return EmbedOptions.DEFAULT.withModel(model).withTruncateText(truncate).withApplyOrientation(orient);
    }

    /** Returns the same for commands that may also draw. */
    DrawOptions drawing() {
        DrawOptions options = DrawOptions.DEFAULT.withModel(model).withTruncatePrompt(truncate);
        options = temperature.map(options::withTemperature).orElse(options);
        options = topK.map(options::withTopK).orElse(options);
        return seed.map(options::withSeed).orElse(options);
    }

    private Sample sample() {
        Sample sample = Sample.DEFAULT;
        sample = temperature.map(sample::withTemperature).orElse(sample);
        sample = topK.map(sample::withTopK).orElse(sample);
        sample = topP.map(sample::withTopP).orElse(sample);
        sample = minP.map(sample::withMinP).orElse(sample);
        return seed.map(sample::withSeed).orElse(sample);
    }
}
