package dev.sensorium.plugin.gato;

import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.kit.decode.Dialogue;
import dev.sensorium.kit.decode.PicturePrompt;
import dev.sensorium.kit.decode.TokenLoop;
import dev.sensorium.kit.image.ImageDefaults;
import dev.sensorium.kit.image.ImageProcessor;
import dev.sensorium.kit.image.ImageReader;
import dev.sensorium.kit.nn.Network;
import dev.sensorium.kit.nn.NetworkBuilder;
import dev.sensorium.kit.nn.NetworkOptions;
import dev.sensorium.kit.nn.Precision;
import dev.sensorium.kit.text.TextReader;
import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Generator;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelCard;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.Policy;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** A loaded Gato checkpoint: many episodes and texts on one loop. */
final class GatoModel implements Model, Policy, Generator {

    private static final int USUAL_TEXT = 20;

    private final GatoConfig config;
    private final Seats seats;
    private final WishReader reader;
    private final PatchReader pictures;
    private final TokenLoop loop;
    private final Describer describer;
    private final ModelCard card;
    private final AtomicInteger open = new AtomicInteger();

    private GatoModel(GatoConfig config, Seats seats, WishReader reader, PatchReader pictures, Loaded loaded) {
        this.config = config;
        this.seats = seats;
        this.reader = reader;
        this.pictures = pictures;
        this.loop = loaded.loop;
        this.card = loaded.card;
        this.describer = new Describer(config, reader.texts().tokenizer(), loop);
    }

    /** What runs, and its card. */
    private record Loaded(TokenLoop loop, ModelCard card) {}

    static GatoModel load(ModelSpec spec) {
        NetworkOptions options = NetworkOptions.of(spec, Seats.settings());
        GatoConfig config = GatoConfig.read(spec.folder());
        Seats seats = Seats.of(spec, config.context());
        ImageProcessor processor = ImageProcessor.open(spec.folder(), ImageDefaults.SIGLIP);
        ImageReader images = ImageReader.open(
                spec, ImageDefaults.SIGLIP, config.pictures().grid().side());
        TextReader texts = TextReader.open(spec, config.layout().textSize(), config.context());
        WishReader reader = new WishReader(config, images, texts);
        try (Weights weights = Weights.open(spec.folder());
                NetworkBuilder builder = NetworkBuilder.open(options, weights)) {
            GatoGraph graph = GatoGraph.lay(config, builder.layers(), seats.loop());
            ModelCard card = card(config, options, weights, images);
            Network network = builder.build();
            PatchEncoder encoder = new PatchEncoder(network, graph);
            PatchReader pictures = new PatchReader(
                    config.layout(),
                    processor,
                    encoder,
                    config.pictures().grid().patches());
            TokenLoop loop = TokenLoop.start(network, graph.decoder(), encoder, seats.loop());
            return new GatoModel(config, seats, reader, pictures, new Loaded(loop, card));
        } catch (RuntimeException e) {
            texts.close();
            throw e;
        }
    }

    static long estimateBytes(ModelSpec spec) {
        NetworkOptions options = NetworkOptions.of(spec, Seats.settings());
        GatoConfig config = GatoConfig.read(spec.folder());
        Seats seats = Seats.of(spec, config.context());
        int width = config.tower().width();
        long keysAndValues = seats.loop().cache().bytes(2L * config.tower().layers() * width, options.precision());
        long patches = seats.loop().memory(config.pictures().grid().patches()).bytes(width, options.precision());
        try (Weights weights = Weights.open(spec.folder())) {
            return options.estimateBytes(weights)
                    + keysAndValues
                    + patches
                    + seats.loop().encoderBytes();
        }
    }

    @Override
    public ModelCard card() {
        return card;
    }

    @Override
    public Episode open(Task task) {
        TaskTokens tokens = TaskTokens.of(config, reader.texts().tokenizer(), pictures, task);
        Decoding.Strategy strategy =
                task.seed().isPresent() ? Decoding.Sample.of(1, task.seed().getAsLong()) : new Decoding.Greedy();
        return GatoEpisode.begin(config, tokens, task, most -> seat(most * pictures.patches(), strategy));
    }

    @Override
    public Set<Modality> promptable() {
        return PicturePrompt.MODALITIES;
    }

    @Override
    public Set<Prompt.Task> tasks() {
        return WishReader.TASKS;
    }

    @Override
    public Decoding defaults() {
        return Decoding.greedy(Math.min(USUAL_TEXT, config.context()));
    }

    @Override
    public long keptBytes() {
        return loop.status().keptBytes();
    }

    @Override
    public Steps<Step> generate(Prompt prompt, Decoding decoding, PrepareOptions options) {
        return describer.write(reader.read(prompt, options), decoding);
    }

    @Override
    public Steps<Score> score(Prompt prompt, List<Text> continuations, PrepareOptions options) {
        return describer.score(reader.read(prompt, options), continuations);
    }

    @Override
    public void close() {
        loop.close();
        pictures.encoder().network().close();
        reader.texts().close();
    }

    /** Opens a row for an episode that sees at most so many patches at a time. */
    private Dialogue seat(int patches, Decoding.Strategy strategy) {
        if (open.incrementAndGet() > seats.episodes()) {
            open.decrementAndGet();
            throw new ModelException(
                    Reason.CAPACITY,
                    "episodes: %d are open (expected: < %d)".formatted(seats.episodes(), seats.episodes()));
        }
        try {
            return new Seat(loop.open(config.context(), patches, strategy), open);
        } catch (RuntimeException e) {
            open.decrementAndGet();
            throw e;
        }
    }

    private static ModelCard card(GatoConfig config, NetworkOptions options, Weights weights, ImageReader images) {
        Map<String, Long> limits = new HashMap<>(images.limits());
        limits.put("context_tokens", (long) config.context());
        limits.put("observation_tokens", (long) config.layout().places());
        limits.put("integers", (long) config.layout().discreteSize());
        return new ModelCard(
                "Gato", weights.parameters(), options.precision().settingName(), parity(options.precision()), limits);
    }

    private static String parity(Precision precision) {
        return switch (precision) {
            case FLOAT32 -> "transformers GPT2Model with Gato's tokens in float32: logits within 1e-4, equal actions";
            case BFLOAT16 -> "transformers GPT2Model with Gato's tokens in float32: logits within 0.1";
        };
    }
}
