package dev.sensorium.plugin.flamingo;

import dev.sensorium.kit.checkpoint.Weights;
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

/** A loaded Flamingo checkpoint: it goes on from prompts of pictures, videos and texts. */
final class FlamingoModel implements Model, Generator {

    /** The class of transformers whose checkpoints these are. */
    static final String ARCHITECTURE = "IdeficsForVisionText2Text";

    private final Decoding defaults;
    private final PromptReader prompts;
    private final Writer writer;
    private final ModelCard card;

    private FlamingoModel(Decoding defaults, PromptReader prompts, Writer writer, ModelCard card) {
        this.defaults = defaults;
        this.prompts = prompts;
        this.writer = writer;
        this.card = card;
    }

    static FlamingoModel load(ModelSpec spec) {
        NetworkOptions options = NetworkOptions.of(spec, FlamingoOptions.settings());
        FlamingoConfig config = FlamingoConfig.read(spec.folder());
        FlamingoOptions own = FlamingoOptions.of(spec, config);
        Decoding defaults = GenerationDefaults.read(spec.folder(), config.text().context());
        Readers readers = Readers.open(spec, config, own.pictures());
        try (Weights weights = Weights.open(spec.folder());
                NetworkBuilder builder = NetworkBuilder.open(options, weights)) {
            FlamingoGraph graph = FlamingoGraph.lay(config, builder.layers(), own);
            ModelCard card = readers.card(options, weights, tolerance(options.precision()));
            Network network = builder.build();
            TokenLoop loop = TokenLoop.start(network, graph.decoder(), new PictureEncoder(network, graph), own.loop());
            Writer writer = new Writer(config.text(), readers, network, loop);
            return new FlamingoModel(defaults, new PromptReader(readers, config.states()), writer, card);
        } catch (RuntimeException e) {
            readers.close();
            throw e;
        }
    }

    static long estimateBytes(ModelSpec spec) {
        NetworkOptions options = NetworkOptions.of(spec, FlamingoOptions.settings());
        FlamingoConfig config = FlamingoConfig.read(spec.folder());
        FlamingoOptions own = FlamingoOptions.of(spec, config);
        Tower tower = config.text().tower();
        long ofTokens = own.loop().cache().bytes(2L * tower.layers() * tower.width(), options.precision());
        long ofPictures = own.sight().bytes(2L * config.gatedLayers() * tower.width(), options.precision());
        try (Weights weights = Weights.open(spec.folder())) {
            return options.estimateBytes(weights)
                    + ofTokens
                    + ofPictures
                    + own.loop().encoderBytes();
        }
    }

    private static String tolerance(Precision precision) {
        return switch (precision) {
            case FLOAT32 -> "logits within 1e-4, equal tokens of greedy search";
            case BFLOAT16 -> "log-probabilities within 0.1";
        };
    }

    @Override
    public ModelCard card() {
        return card;
    }

    @Override
    public Set<Modality> promptable() {
        return PromptReader.MODALITIES;
    }

    @Override
    public Set<Task> tasks() {
        return Set.of(Task.GENERATE, Task.CAPTION, Task.ANSWER);
    }

    @Override
    public boolean takesTurns() {
        return true;
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
        return writer.score(prompts.read(prompt, options), continuations);
    }

    @Override
    public void close() {
        writer.close();
    }
}
