package dev.sensorium.cli;

import dev.sensorium.client.CacheUse;
import dev.sensorium.client.EmbedOptions;
import picocli.CommandLine.Option;

/** The options of commands that embed: which model, and how. */
final class Processing {

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "The model, NAME or NAME/VERSION (default: the only one there is).")
    private String model = "";

    @Option(
            names = "--cache",
            paramLabel = "USE",
            defaultValue = "use",
            description = "What to do with the server's cache: use, refresh or bypass (default: ${DEFAULT-VALUE}).")
    private CacheUse cache = CacheUse.USE;

    @Option(names = "--truncate", description = "Cut text that is too long for the model, instead of failing.")
    private boolean truncate;

    @Option(names = "--orient", description = "Turn pictures as their EXIF orientation says.")
    private boolean orient;

    EmbedOptions options() {
        return EmbedOptions.DEFAULT
                .withModel(model)
                .withCache(cache)
                .withTruncateText(truncate)
                .withApplyOrientation(orient);
    }
}
