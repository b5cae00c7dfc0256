package dev.sensorium.plugin.blip;

import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.kit.decode.LoopOptions;
import dev.sensorium.kit.decode.PicturePrompt;
import dev.sensorium.kit.decode.TokenLoop;
import dev.sensorium.kit.nn.Network;
import dev.sensorium.kit.nn.NetworkBuilder;
import dev.sensorium.kit.nn.NetworkOptions;
import dev.sensorium.kit.nn.Precision;
import dev.sensorium.kit.nn.Tower;
import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Generator;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelCard;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Prompt.Task;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** A loaded BLIP checkpoint that writes about pictures: captions, or answers to questions. */
final class WritingModel implements Model, Generator {

    private final Decoding defaults;
    private final Prompts prompts;
    private final Writer writer;
    private final ModelCard card;

    private WritingModel(Decoding defaults, Prompts prompts, Writer writer, ModelCard card) {
        this.defaults = defaults;
        this.prompts = prompts;
        this.writer = writer;
        this.card = card;
    }

    /**
     * A class of transformers whose checkpoints write.
     *
     * @param name the class's
     * @param attended what its texts attend to
     * @param laying how its network is laid
     * @param reading how its prompts are read
     */
    record Kind(
            String name, Function<BlipConfig, Attended> attended, WritingGraph.Laying laying, Prompts.Reading reading) {

        /** Writes what is in a picture. */
        static final Kind CAPTIONS = new Kind(
                "BlipForConditionalGeneration", CaptionGraph::attended, CaptionGraph::lay, CaptionPrompts::new);

        /** Answers questions about a picture. */
        static final Kind ANSWERS =
                new Kind("BlipForQuestionAnswering", AnswerGraph::attended, AnswerGraph::lay, QuestionPrompts::new);
    }

    static WritingModel load(ModelSpec spec, Kind kind) {
        NetworkOptions options = NetworkOptions.of(spec, LoopOptions.settings());
        BlipConfig config = BlipConfig.read(spec.folder());
        LoopOptions loopOptions = LoopOptions.of(spec, config.text().context());
        Decoding defaults = GenerationDefaults.read(spec.folder(), config.text().context());
        Readers readers = Readers.open(spec, config);
        try (Weights weights = Weights.open(spec.folder());
                NetworkBuilder builder = NetworkBuilder.open(options, weights)) {
            WritingGraph graph = kind.laying().lay(config, builder.layers(), loopOptions);
            ModelCard card = readers.card(kind.name(), options, weights, tolerance(options.precision()));
            Network network = builder.build();
            TokenLoop loop = TokenLoop.start(network, graph.decoder(), graph.encoder(network), loopOptions);
            Writer writer = new Writer(config.text(), readers, network, loop);
            return new WritingModel(defaults, kind.reading().of(config, readers), writer, card);
        } catch (RuntimeException e) {
            readers.close();
            throw e;
        }
    }

    static long estimateBytes(ModelSpec spec, Kind kind) {
        NetworkOptions options = NetworkOptions.of(spec, LoopOptions.settings());
        BlipConfig config = BlipConfig.read(spec.folder());
        Tower tower = config.text().tower();
        LoopOptions loop = LoopOptions.of(spec, config.text().context());
        Attended attended = kind.attended().apply(config);
        long keysAndValues = loop.cache().bytes(2L * tower.layers() * tower.width(), options.precision());
        long states = loop.memory(attended.states()).bytes(attended.width(), options.precision());
        try (Weights weights = Weights.open(spec.folder())) {
            return options.estimateBytes(weights) + keysAndValues + states + loop.encoderBytes();
        }
    }

    private static String tolerance(Precision precision) {
        return switch (precision) {
            case FLOAT32 -> "logits within 1e-4, equal tokens of greedy and beam search";
            case BFLOAT16 -> "log-probabilities within 0.1";
        };
    }

    @Override
    public ModelCard card() {
        return card;
    }

    @Override
    public Set<Modality> promptable() {
        return PicturePrompt.MODALITIES;
    }

    @Override
    public Set<Task> tasks() {
        return prompts.tasks();
    }

    @Override
    public Decoding defaults() {
        return defaults;
    }

    @Override
    public long keptBytes() {
        return writer.keptBytes();
    }

    @Override
    public Steps<Step> generate(Prompt prompt, Decoding decoding, PrepareOptions options) {
        return writer.write(prompts.read(prompt, options), decoding);
    }

    @Override
    public Steps<Score> score(Prompt prompt, List<Text> continuations, PrepareOptions options) {
        return writer.score(prompts.read(prompt, options), continuations, options);
    }

    @Override
    public void close() {
        writer.close();
    }
}
