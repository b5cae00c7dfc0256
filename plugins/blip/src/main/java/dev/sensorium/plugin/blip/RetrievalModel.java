package dev.sensorium.plugin.blip;

import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.kit.decode.Place;
import dev.sensorium.kit.image.PreparedFrames;
import dev.sensorium.kit.nn.Batch;
import dev.sensorium.kit.nn.Network;
import dev.sensorium.kit.nn.NetworkBuilder;
import dev.sensorium.kit.nn.NetworkOptions;
import dev.sensorium.kit.nn.Precision;
import dev.sensorium.spi.Content;
import dev.sensorium.spi.Embedder;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.Matcher;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelCard;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.Result;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A loaded checkpoint of {@code BlipForImageTextRetrieval}. It embeds pictures and texts apart, and matches them by its
 * head that looks at both together ("itm"), or by the cosine of their embeddings ("itc").
 */
final class RetrievalModel implements Model, Embedder, Matcher {

    static final String ARCHITECTURE = "BlipForImageTextRetrieval";

    private final BlipConfig config;
    private final RetrievalGraph graph;
    private final Network network;
    private final Readers readers;
    private final ModelCard card;
    private final PairScorer pairs;
    private final Map<String, Matcher> heads;

    private RetrievalModel(BlipConfig config, RetrievalGraph graph, Network network, Readers readers, ModelCard card) {
        this.config = config;
        this.graph = graph;
        this.network = network;
        this.readers = readers;
        this.card = card;
        this.pairs = new PairScorer(config.vision().picture().side(), graph, network);
        this.heads = Map.of("itm", this, "itc", new CosineHead(this));
    }

    static RetrievalModel load(ModelSpec spec) {
        NetworkOptions options = NetworkOptions.of(spec);
        BlipConfig config = BlipConfig.read(spec.folder());
        Readers readers = Readers.open(spec, config);
        try (Weights weights = Weights.open(spec.folder());
                NetworkBuilder builder = NetworkBuilder.open(options, weights)) {
            RetrievalGraph graph = RetrievalGraph.lay(config, builder.layers());
            ModelCard card = readers.card(ARCHITECTURE, options, weights, tolerance(options.precision()));
            return new RetrievalModel(config, graph, builder.build(), readers, card);
        } catch (RuntimeException e) {
            readers.close();
            throw e;
        }
    }

    static long estimateBytes(ModelSpec spec) {
        BlipConfig.read(spec.folder());
        try (Weights weights = Weights.open(spec.folder())) {
            return NetworkOptions.of(spec).estimateBytes(weights);
        }
    }

    private static String tolerance(Precision precision) {
        return switch (precision) {
            case FLOAT32 -> "unit embeddings and logits of pairs within 1e-4";
            case BFLOAT16 -> "cosine of the two embeddings >= 0.9998, probabilities of pairs within 0.01";
        };
    }

    @Override
    public ModelCard card() {
        return card;
    }

    @Override
    public Set<Modality> modalities() {
        return Set.of(Modality.TEXT, Modality.IMAGE);
    }

    @Override
    public int dimensions() {
        return config.dimensions();
    }

    @Override
    public Prepared prepare(Content content, PrepareOptions options) {
        if (content instanceof Text text) {
            return PreparedText.padded(readers.texts().ids(text, options), config.text());
        }
        if (content instanceof Image image) {
            return new PreparedFrames(readers.images().pixels(image, options));
        }
        throw new ModelException(Reason.INVALID_INPUT, "%s (expected: TEXT or IMAGE)".formatted(content.modality()));
    }

    @Override
    public List<float[]> embed(List<Prepared> batch) {
        if (batch.get(0) instanceof PreparedFrames) {
            List<PreparedFrames> items =
                    batch.stream().map(PreparedFrames.class::cast).toList();
            int positions = config.vision().states();
            return PreparedFrames.embed(items, pictures -> network.inParts(pictures, positions, this::embedPictures));
        }
        List<PreparedText> texts = batch.stream().map(PreparedText.class::cast).toList();
        return network.inParts(texts, texts.get(0).ids().length, this::embedTexts);
    }

    @Override
    public Map<String, Matcher> heads() {
        return heads;
    }

    @Override
    public Set<Modality> matchable() {
        return Set.of(Modality.IMAGE);
    }

    /** The sigmoid of a score is the probability of being a pair: of two logits, it is the softmax. */
    @Override
    public Normalization normalization() {
        return Normalization.SIGMOID;
    }

    @Override
    public float[][] match(List<? extends Content> contents, List<Text> texts, PrepareOptions options) {
        List<PreparedText> prepared = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            Text text = texts.get(i);
            prepared.add(Place.named(
                    "texts", i, () -> PreparedText.padded(readers.texts().ids(text, options), config.text())));
        }
        List<float[]> pictures = new ArrayList<>();
        for (int i = 0; i < contents.size(); i++) {
            Content content = contents.get(i);
            pictures.add(Place.named("contents", i, () -> picture(content, options)));
        }
        return pairs.score(pictures, prepared);
    }

    @Override
    public void close() {
        network.close();
        readers.close();
    }

    private float[] picture(Content content, PrepareOptions options) {
        if (content instanceof Image image) {
            return readers.images().pixels(image, options);
        }
        throw new ModelException(Reason.INVALID_INPUT, "%s (expected: IMAGE)".formatted(content.modality()));
    }

    private List<float[]> embedPictures(List<float[]> pictures) {
        int side = config.vision().picture().side();
        try (TFloat32 pixels = Batch.ofFloats(Shape.of(side, side, 3), pictures);
                Result result =
                        network.run(run -> run.feed(graph.pixels(), pixels).fetch(graph.images()))) {
            return Batch.rows(result.get(0));
        }
    }

    private List<float[]> embedTexts(List<PreparedText> texts) {
        try (TInt32 ids = Batch.ofInts(texts.stream().map(PreparedText::ids).toList());
                TInt32 lengths = TInt32.vectorOf(
                        texts.stream().mapToInt(PreparedText::length).toArray());
                Result result = network.run(run -> run.feed(graph.ids(), ids)
                        .feed(graph.lengths(), lengths)
                        .fetch(graph.texts()))) {
            return Batch.rows(result.get(0));
        }
    }
}
