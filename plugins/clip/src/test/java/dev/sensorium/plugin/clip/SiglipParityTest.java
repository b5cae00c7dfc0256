package dev.sensorium.plugin.clip;

import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.kit.nn.Batch;
import dev.sensorium.kit.nn.Layers;
import dev.sensorium.kit.nn.Network;
import dev.sensorium.kit.nn.NetworkBuilder;
import dev.sensorium.kit.nn.NetworkOptions;
import dev.sensorium.testkit.Golden;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.Result;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The same numbers as transformers, within 1e-4. */
class SiglipParityTest {

    private static final double TOLERANCE = 1e-4;

    private final Path folder = Goldens.siglip();
    private final Golden golden = new Golden(folder);
    private final SiglipConfig config = SiglipConfig.read(folder);

    @Test
    void towersGiveTheReferencesStatesAndEmbeddings() {
        int side = config.vision().picture().side();
        try (Weights weights = Weights.open(folder);
                NetworkBuilder builder = NetworkBuilder.open(NetworkOptions.cpu(), weights)) {
            SiglipGraph graph = SiglipGraph.lay(config, builder.layers());
            Layers text = builder.layers().in("text_model");
            SiglipText texts = new SiglipText(config.text());
            var textStates = texts.norm(text, texts.encoder(text).all(texts.embeddings(text, graph.ids())));
            try (Network network = builder.build();
                    TFloat32 pixels = Batch.ofFloats(Shape.of(side, side, 3), Goldens.pictures(golden));
                    TInt32 ids = Batch.ofInts(Goldens.ids(golden));
                    Result result = network.run(run -> run.feed(graph.pixels(), pixels)
                            .feed(graph.ids(), ids)
                            .fetch(graph.imageHidden())
                            .fetch(graph.images())
                            .fetch(graph.textState())
                            .fetch(graph.texts())
                            .fetch(textStates))) {
                golden.assertClose("vision_last_hidden_state", values(result.get(0)), TOLERANCE);
                golden.assertClose("image_embeds", Batch.rows(result.get(1)), TOLERANCE);
                List<float[]> states = Batch.rows(result.get(2));
                int[] last = new int[states.size()];
                Arrays.fill(last, config.text().context() - 1);
                Goldens.assertClose(golden, "text_last_hidden_state", states, last, TOLERANCE);
                golden.assertClose("text_embeds", Batch.rows(result.get(3)), TOLERANCE);
                golden.assertClose("text_last_hidden_state", values(result.get(4)), TOLERANCE);
            }
        }
    }

    @Test
    void filesGiveTheReferencesEmbeddingsAndLogits() {
        try (SiglipModel model = SiglipModel.load(Goldens.spec(folder))) {
            Goldens.assertClose(model, golden, TOLERANCE);
        }
    }

    private static float[] values(Tensor tensor) {
        float[] values = new float[Math.toIntExact(tensor.shape().size())];
        tensor.asRawTensor().data().asFloats().read(values);
        return values;
    }
}
