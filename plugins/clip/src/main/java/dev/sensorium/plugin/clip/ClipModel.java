package dev.sensorium.plugin.clip;

import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.kit.image.ImageDefaults;
import dev.sensorium.kit.image.ImageReader;
import dev.sensorium.kit.image.PreparedFrames;
import dev.sensorium.kit.image.VideoReader;
import dev.sensorium.kit.nn.Batch;
import dev.sensorium.kit.nn.Network;
import dev.sensorium.kit.nn.NetworkBuilder;
import dev.sensorium.kit.nn.NetworkOptions;
import dev.sensorium.kit.text.TextReader;
import dev.sensorium.spi.Content;
import dev.sensorium.spi.DualEncoder;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelCard;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.PrepareOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.tensorflow.Result;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** A loaded CLIP checkpoint. */
final class ClipModel implements Model, DualEncoder {

    private final ClipConfig config;
    private final ClipGraph graph;
    private final Network network;
    private final Readers readers;
    private final ModelCard card;

    private ClipModel(ClipConfig config, ClipGraph graph, Network network, Readers readers, ModelCard card) {
        this.config = config;
        this.graph = graph;
        this.network = network;
        this.readers = readers;
        this.card = card;
    }

    static ClipModel load(ModelSpec spec) {
        NetworkOptions options = NetworkOptions.of(spec, VideoReader.settings());
        ClipConfig config = ClipConfig.read(spec.folder());
        ClipConfig.Text text = config.text();
        ImageReader images = ImageReader.open(
                spec, ImageDefaults.CLIP, config.vision().picture().side());
        VideoReader videos = VideoReader.open(spec, images);
        TextReader texts = TextReader.open(spec, text.vocabulary(), text.context());
        try (Weights weights = Weights.open(spec.folder());
                NetworkBuilder builder = NetworkBuilder.open(options, weights)) {
            ClipGraph graph = ClipGraph.lay(config, builder.layers());
            Readers readers = new Readers(images, videos, texts);
            ModelCard card = readers.card("CLIPModel", options, weights);
            return new ClipModel(config, graph, builder.build(), readers, card);
        } catch (RuntimeException e) {
            texts.close();
            throw e;
        }
    }

    @Override
    public ModelCard card() {
        return card;
    }

    @Override
    public Set<Modality> modalities() {
        return Readers.MODALITIES;
    }

    @Override
    public int dimensions() {
        return config.dimensions();
    }

    @Override
    public Normalization normalization() {
        return Normalization.SOFTMAX;
    }

    @Override
    public Prepared prepare(Content content, PrepareOptions options) {
        return readers.prepare(
                content,
                options,
                ids -> new PreparedText(Arrays.copyOf(ids, config.text().end(ids) + 1)));
    }

    @Override
    public List<float[]> embed(List<Prepared> batch) {
        if (batch.get(0) instanceof PreparedFrames) {
            List<PreparedFrames> items =
                    batch.stream().map(PreparedFrames.class::cast).toList();
            int positions = 1 + config.vision().picture().patches();
            return PreparedFrames.embed(items, pictures -> network.inParts(pictures, positions, this::embedPictures));
        }
        List<PreparedText> texts = batch.stream().map(PreparedText.class::cast).toList();
        int positions = texts.get(0).ids().length; // of a group: no other text has more than twice as many
        return network.inParts(texts, positions, this::embedTexts);
    }

    @Override
    public float[][] score(List<float[]> contents, List<float[]> texts) {
        return graph.scores().of(contents, texts);
    }

    @Override
    public void close() {
        network.close();
        readers.close();
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
        try (TInt32 ids = Batch.ofInts(PreparedText.padded(texts, config.text().context()));
                TInt32 ends = TInt32.vectorOf(
                        texts.stream().mapToInt(PreparedText::end).toArray());
                Result result = network.run(run ->
                        run.feed(graph.ids(), ids).feed(graph.ends(), ends).fetch(graph.texts()))) {
            return Batch.rows(result.get(0));
        }
    }
}
