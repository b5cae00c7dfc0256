package dev.sensorium.plugin.dalle;

import dev.sensorium.kit.checkpoint.HubConfig;
import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.kit.decode.LoopOptions;
import dev.sensorium.kit.nn.Network;
import dev.sensorium.kit.nn.NetworkBuilder;
import dev.sensorium.kit.nn.NetworkOptions;
import dev.sensorium.kit.nn.Precision;
import dev.sensorium.spi.ImageGenerator;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelCard;
import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import java.util.Map;

/** A loaded DALL-E: it draws pictures from words. */
final class DalleModel implements Model, ImageGenerator {

    private final ModelId id;
    private final DalleConfig config;
    private final Drawing defaults;
    private final PromptReader prompts;
    private final Studio studio;

    private DalleModel(ModelId id, DalleConfig config, Drawing defaults, PromptReader prompts, Studio studio) {
        this.id = id;
        this.config = config;
        this.defaults = defaults;
        this.prompts = prompts;
        this.studio = studio;
    }

    /** What runs, and its card. */
    private record Studio(Network network, Drawer drawer, Painter painter, ModelCard card) implements AutoCloseable {

        @Override
        public void close() {
            drawer.close();
            painter.close();
            network.close();
        }
    }

    static DalleModel load(ModelSpec spec) {
        NetworkOptions options = NetworkOptions.of(spec, LoopOptions.settings());
        HubConfig file = HubConfig.read(spec.folder(), DalleConfig.FILE);
        try (Weights weights = Weights.open(spec.folder());
                NetworkBuilder builder = NetworkBuilder.open(options, weights)) {
            DalleConfig config = DalleConfig.of(file, weights);
            DalleOptions own = DalleOptions.of(spec, options, config.codes().length());
            Drawing defaults = DrawingDefaults.read(spec.folder());
            PromptReader prompts = PromptReader.open(spec.folder(), config.text());
            DalleGraph graph = DalleGraph.lay(config, builder.layers(), own.loop());
            ModelCard card = card(config, options.precision(), weights.parameters());
            Network network = builder.build();
            Drawer drawer = Drawer.start(config, prompts.nothing(), network, graph, own.loop());
            Studio studio = new Studio(network, drawer, new Painter(network, graph), card);
            return new DalleModel(spec.id(), config, defaults, prompts, studio);
        }
    }

    static long estimateBytes(ModelSpec spec) {
        NetworkOptions options = NetworkOptions.of(spec, LoopOptions.settings());
        HubConfig file = HubConfig.read(spec.folder(), DalleConfig.FILE);
        try (Weights weights = Weights.open(spec.folder())) {
            DalleConfig config = DalleConfig.of(file, weights);
            return DalleOptions.of(spec, options, config.codes().length()).estimateBytes(config, weights);
        }
    }

    private static ModelCard card(DalleConfig config, Precision precision, long parameters) {
        String tolerance =
                switch (precision) {
                    case FLOAT32 -> "logits within 1e-4, equal codes of greedy search, pixels within 1e-3";
                    case BFLOAT16 -> "log-probabilities within 0.1";
                };
        return new ModelCard(
                "DalleBart",
                parameters,
                precision.settingName(),
                "min-dalle in float32: " + tolerance,
                Map.of("text_tokens", (long) config.text().length(), "image_side", (long)
                        config.vqgan().resolution()));
    }

    @Override
    public ModelCard card() {
        return studio.card();
    }

    @Override
    public Drawing defaultDrawing() {
        return defaults;
    }

    @Override
    public Steps<Step> draw(Text prompt, Drawing drawing, PrepareOptions options) {
        int[] ids = prompts.read(prompt, options);
        Steps<Drawn> drawn = studio.drawer().draw(ids, DrawingDefaults.checked(drawing));
        // As min-dalle fills them: with what came before the first.
        int filler = Math.min(config.codes().start(), config.vqgan().codebook().size() - 1);
        Sheet sheet = Sheet.of(config.codes().length(), filler, ids.length, drawing.previewEvery())
                .with("prompt", prompt.value())
                .with("model", id.toString())
                .with("seed", Long.toString(drawing.seed()));
        return new DrawingSteps(drawn, studio.painter(), sheet);
    }

    @Override
    public void close() {
        studio.close();
    }
}
