package dev.sensorium.plugin.dalle;

import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.kit.decode.LoopOptions;
import dev.sensorium.kit.decode.Opening;
import dev.sensorium.kit.decode.Search;
import dev.sensorium.kit.decode.Searches;
import dev.sensorium.kit.decode.TokenLoop;
import dev.sensorium.kit.nn.Network;
import dev.sensorium.kit.nn.NetworkBuilder;
import dev.sensorium.kit.nn.NetworkOptions;
import dev.sensorium.kit.nn.Precision;
import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.ImageGenerator;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelCard;
import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/** A loaded DALL-E: it draws pictures from words. */
final class DalleModel implements Model, ImageGenerator {

    private final ModelId id;
    private final DalleConfig config;
    private final Drawing defaults;
    private final PromptReader prompts;
    private final Engine engine;

    private DalleModel(ModelId id, DalleConfig config, Drawing defaults, PromptReader prompts, Engine engine) {
        this.id = id;
        this.config = config;
        this.defaults = defaults;
        this.prompts = prompts;
        this.engine = engine;
    }

    /** What runs, and its card. */
    private record Engine(Network network, TokenLoop loop, Painter painter, ModelCard card) implements AutoCloseable {

        @Override
        public void close() {
            loop.close();
            painter.close();
            network.close();
        }
    }

    static DalleModel load(ModelSpec spec) {
        NetworkOptions options = NetworkOptions.of(spec, LoopOptions.settings());
        try (Weights weights = Weights.open(spec.folder());
                NetworkBuilder builder = NetworkBuilder.open(options, weights)) {
            DalleConfig config = DalleConfig.read(spec.folder(), weights);
            DalleOptions own = DalleOptions.of(spec, options, config.codes().length());
            Drawing defaults = DrawingDefaults.read(spec.folder());
            DalleConfig.Text text = config.text();
            TextTokenizer tokenizer = TextTokenizer.read(spec.folder(), text.vocabulary());
            PromptReader prompts = new PromptReader(tokenizer, UnaryOperator.identity(), text.length());
            DalleGraph graph = DalleGraph.lay(config, builder.layers(), own.loop());
            ModelCard card = card(config, options.precision(), weights.parameters());
            Network network = builder.build();
            TokenLoop loop = TokenLoop.start(network, graph.decoder(), new PromptEncoder(network, graph), own.loop());
            Engine engine = new Engine(network, loop, new Painter(network, graph), card);
            return new DalleModel(spec.id(), config, defaults, prompts, engine);
        }
    }

    static long estimateBytes(ModelSpec spec) {
        NetworkOptions options = NetworkOptions.of(spec, LoopOptions.settings());
        try (Weights weights = Weights.open(spec.folder())) {
            DalleConfig config = DalleConfig.read(spec.folder(), weights);
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
                Map.of(
                        "text_tokens", (long) config.text().length(),
                        "image_side", (long) config.vqgan().resolution()));
    }

    @Override
    public ModelCard card() {
        return engine.card();
    }

    @Override
    public Drawing defaults() {
        return defaults;
    }

    @Override
    public Steps<Step> draw(Text prompt, Drawing drawing, PrepareOptions options) {
        int[] ids = prompts.read(prompt, options);
        Drawing checked = DrawingDefaults.checked(drawing);
        int count = config.codes().length();
        int known = config.vqgan().codebook().size();
        Opening conditional = opening(ids);
        Search search = Searches.counted(strategy(checked), known, count);
        boolean guided = checked.guidance() != 1;
        Steps<Drawn> drawn = engine.loop()
                .generate(
                        guided ? List.of(conditional, opening(prompts.nothing())) : List.of(conditional),
                        guided ? Searches.guided(search, checked.guidance()) : search,
                        count,
                        new Drawn.Codes());
        int filler = Math.min(config.codes().start(), known - 1);
        Sheet sheet = Sheet.of(count, filler, ids.length, checked.previewEvery())
                .with("prompt", prompt.value())
                .with("model", id.toString())
                .with("seed", Long.toString(checked.seed()));
        return new DrawingSteps(drawn, engine.painter(), sheet);
    }

    @Override
    public void close() {
        engine.close();
    }

    private Opening opening(int... ids) {
        return new Opening(new int[] {config.codes().start()}, PromptSource.of(ids));
    }

    private static Decoding.Strategy strategy(Drawing drawing) {
        return drawing.temperature() == 0 || drawing.topK() == 1
                ? new Decoding.Greedy()
                : new Decoding.Sample(drawing.temperature(), drawing.topK(), 1, 0, OptionalLong.of(drawing.seed()));
    }
}
