package dev.sensorium.plugin.dalle;

import dev.sensorium.kit.checkpoint.HubConfig;
import dev.sensorium.spi.ImageGenerator.Drawing;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.nio.file.Path;

/** How pictures are drawn if a request does not say, and how they can be. */
final class DrawingDefaults {

    private static final String FILE = "generation_config.json";
    private static final double GUIDANCE = 16;
    private static final int TOP_K = 256;
    private static final double MOST_GUIDANCE = 1000;
    private static final double LEAST_TEMPERATURE = 1e-3;

    private DrawingDefaults() {}

    /** Reads the defaults of a checkpoint folder; an absent key means what min-dalle does. */
    static Drawing read(Path folder) {
        HubConfig config = HubConfig.readIfPresent(folder, FILE);
        boolean sampled = config.bool("do_sample").orElse(true);
        Drawing drawing = new Drawing(
                config.positive("guidance_scale").orElse(GUIDANCE),
                sampled ? config.positive("temperature").orElse(1.0) : 0,
                config.integer("top_k", 0).orElse(TOP_K),
                0,
                0);
        try {
            return checked(drawing);
        } catch (ModelException e) {
            throw new ModelException(Reason.INVALID_CHECKPOINT, FILE + ": " + e.getMessage(), e);
        }
    }

    /**
     * Returns settings that are possible.
     *
     * @throws ModelException INVALID_INPUT if they are not: beyond these bounds numbers are no longer finite
     */
    static Drawing checked(Drawing drawing) {
        if (drawing.guidance() > MOST_GUIDANCE) {
            throw invalid("guidance", "%s (expected: <= %s)".formatted(drawing.guidance(), MOST_GUIDANCE));
        }
        if (drawing.temperature() > 0 && drawing.temperature() < LEAST_TEMPERATURE) {
            throw invalid(
                    "temperature", "%s (expected: 0, or >= %s)".formatted(drawing.temperature(), LEAST_TEMPERATURE));
        }
        return drawing;
    }

    private static ModelException invalid(String setting, String problem) {
        return new ModelException(Reason.INVALID_INPUT, problem).at(setting);
    }
}
