package dev.sensorium.plugin.blip;

import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.kit.decode.LoopOptions;
import dev.sensorium.kit.nn.Decoder;
import dev.sensorium.kit.nn.Network;
import dev.sensorium.kit.nn.NetworkBuilder;
import dev.sensorium.kit.nn.NetworkOptions;
import dev.sensorium.kit.nn.Row;
import dev.sensorium.testkit.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A checkpoint's network with all that can be fetched from it.
 *
 * @param <G> what is laid
 */
record Laid<G>(G graph, Network network) implements AutoCloseable {

    static Laid<RetrievalGraph> retrieval(Path folder) {
        return load(folder, builder -> RetrievalGraph.lay(BlipConfig.read(folder), builder.layers()));
    }

    static Laid<CaptionGraph> captions(Path folder) {
        return load(folder, builder -> CaptionGraph.lay(BlipConfig.read(folder), builder.layers(), options(folder)));
    }

    static Laid<AnswerGraph> answers(Path folder) {
        return load(folder, builder -> AnswerGraph.lay(BlipConfig.read(folder), builder.layers(), options(folder)));
    }

    /**
     * Asserts that the decoder gives the golden logits: of each text, token by token, after it was given states to attend
     * to.
     *
     * @param states for each text, row by row
     */
    void assertLogits(Golden golden, Decoder decoder, List<float[]> states, int width) {
        List<int[]> texts = Goldens.ids(golden, "decoder_input_ids");
        int[] counts = Goldens.lengths(golden, "decoder_attention_mask");
        int longest = texts.get(0).length;
        float[] logits = new float[texts.size() * longest * decoder.vocabulary()];
        for (int i = 0; i < texts.size(); i++) {
            int length = states.get(i).length / width;
            int[] memory = blocks(Objects.requireNonNull(decoder.memoryPaging()).blocksOf(length));
            int[] blocks = blocks(decoder.paging().blocksOf(longest));
            decoder.remember(network, states.get(i), memory);
            for (int t = 0; t < counts[i]; t++) {
                float[][] target = new float[1][decoder.vocabulary()];
                Row row = new Row(new int[] {texts.get(i)[t]}, t, blocks, memory, length);
                decoder.next(network, List.of(row), target);
                System.arraycopy(target[0], 0, logits, (i * longest + t) * target[0].length, target[0].length);
            }
        }
        Goldens.assertCounted(golden, "decoder_logits", logits, counts);
    }

    /** Returns parts of equal length of golden numbers. */
    static List<float[]> parts(float[] values, int count) {
        int length = values.length / count;
        List<float[]> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parts.add(Arrays.copyOfRange(values, i * length, (i + 1) * length));
        }
        return parts;
    }

    @Override
    public void close() {
        network.close();
    }

    private static int[] blocks(int count) {
        return IntStream.rangeClosed(1, count).toArray();
    }

    private static LoopOptions options(Path folder) {
        return LoopOptions.of(
                Goldens.spec(folder), BlipConfig.read(folder).text().context());
    }

    private static <G> Laid<G> load(Path folder, Function<NetworkBuilder, G> laying) {
        try (Weights weights = Weights.open(folder);
                NetworkBuilder builder = NetworkBuilder.open(NetworkOptions.cpu(), weights)) {
            return new Laid<>(laying.apply(builder), builder.build());
        }
    }
}
