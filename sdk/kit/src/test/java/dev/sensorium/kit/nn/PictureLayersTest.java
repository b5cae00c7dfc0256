package dev.sensorium.kit.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sensorium.kit.checkpoint.Weights;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

class PictureLayersTest {

    private static final int HEIGHT = 5;
    private static final int WIDTH = 4;
    private static final int CHANNELS = 6;

    private final float[] picture = random();

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void convolvesWithZerosAround(int size) {
        int out = 7;
        write(new Checkpoint().add("conv.weight", out, CHANNELS, size, size).add("conv.bias", out));
        float[] kernel = values("conv.weight");
        float[] bias = values("conv.bias");
        float[] actual = run((at, x) -> at.convolution(x, "conv", size, out));
        assertThat(actual).hasSize(HEIGHT * WIDTH * out);
        for (int i = 0; i < actual.length; i++) {
            int y = i / out / WIDTH;
            int x = i / out % WIDTH;
            double expected = bias[i % out];
            for (int k = 0; k < CHANNELS * size * size; k++) {
                int channel = k / size / size;
                int dy = k / size % size - size / 2;
                int dx = k % size - size / 2;
                expected += kernel[i % out * CHANNELS * size * size + k] * at(y + dy, x + dx, channel);
            }
            assertThat((double) actual[i]).as("number %d", i).isEqualTo(expected, Offset.offset(1e-5));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 6})
    void normalisesGroupsOfChannels(int groups) {
        write(new Checkpoint().add("norm.weight", CHANNELS).add("norm.bias", CHANNELS));
        float[] gain = values("norm.weight");
        float[] shift = values("norm.bias");
        float[] actual = run((at, x) -> at.groupNorm(x, "norm", groups, 0.1f));
        int own = CHANNELS / groups;
        for (int i = 0; i < actual.length; i++) {
            int channel = i % CHANNELS;
            int group = channel / own;
            double sum = 0;
            double squares = 0;
            for (int k = 0; k < HEIGHT * WIDTH * own; k++) {
                double value = picture[k / own * CHANNELS + group * own + k % own];
                sum += value;
                squares += value * value;
            }
            double mean = sum / (HEIGHT * WIDTH * own);
            double deviation = Math.sqrt(squares / (HEIGHT * WIDTH * own) - mean * mean + 0.1f);
            double expected = (picture[i] - mean) / deviation * gain[channel] + shift[channel];
            assertThat((double) actual[i]).as("number %d", i).isEqualTo(expected, Offset.offset(2e-6));
        }
    }

    @Test
    void makesFourPixelsOfOne() {
        write(new Checkpoint().add("unused", 1));
        float[] actual = run((at, x) -> at.doubled(x));
        assertThat(actual).hasSize(4 * picture.length);
        for (int i = 0; i < actual.length; i++) {
            int y = i / CHANNELS / (2 * WIDTH);
            int x = i / CHANNELS % (2 * WIDTH);
            assertThat((double) actual[i]).as("number %d", i).isEqualTo(at(y / 2, x / 2, i % CHANNELS));
        }
    }

    @Test
    void cutsTilesAndPutsThemTogetherAgain() {
        write(new Checkpoint().add("unused", 1));
        float[] tiles = run((at, x) -> at.tiles(x, 2));
        float[] whole = run((at, x) -> at.whole(at.tiles(x, 2), 2));
        assertThat(tiles).hasSize(4 * 4 * CHANNELS);
        assertThat(whole).hasSize(tiles.length);
        for (int i = 0; i < whole.length; i++) {
            int channel = i % CHANNELS;
            int x = i / CHANNELS % 4;
            int y = i / CHANNELS / 4;
            assertThat((double) whole[i]).as("number %d", i).isEqualTo(at(y, x, channel));
            int tile = y / 2 * 2 + x / 2;
            int inside = y % 2 * 2 + x % 2;
            assertThat(tiles[(tile * 4 + inside) * CHANNELS + channel]).isEqualTo(whole[i]);
        }
    }

    @Test
    void namesTheKernelThatIsMisshapen() {
        write(new Checkpoint().add("conv.weight", 2, CHANNELS, 3, 3).add("conv.bias", 2));
        assertThatThrownBy(() -> run((at, x) -> at.convolution(x, "conv", 1, 2)))
                .hasMessage("tensor conv.weight: shape [2, 6, 3, 3] (expected: [2, 6, 1, 1])");
    }

    private double at(int y, int x, int channel) {
        boolean inside = y >= 0 && y < HEIGHT && x >= 0 && x < WIDTH;
        return inside ? picture[(y * WIDTH + x) * CHANNELS + channel] : 0;
    }

    /** Runs a layer on two pictures and returns what it makes of the second. */
    private float[] run(BiFunction<Layers, Operand<TFloat32>, Operand<TFloat32>> layer) {
        Shape shape = Shape.of(HEIGHT, WIDTH, CHANNELS);
        try (Weights weights = Weights.open(folder);
                NetworkBuilder builder = NetworkBuilder.open(NetworkOptions.cpu(), weights)) {
            Layers at = builder.layers();
            var input = at.input(TFloat32.class, shape.prepend(-1).asArray());
            Operand<TFloat32> output = layer.apply(at, input);
            try (Network network = builder.build();
                    TFloat32 batch = Batch.ofFloats(shape, List.of(new float[picture.length], picture));
                    Result result = network.run(run -> run.feed(input, batch).fetch(output))) {
                float[] second = new float[Math.toIntExact(result.get(0).shape().size() / 2)];
                result.get(0)
                        .asRawTensor()
                        .data()
                        .asFloats()
                        .offset(second.length)
                        .read(second);
                return second;
            }
        }
    }

    private void write(Checkpoint checkpoint) {
        checkpoint.write(folder);
    }

    private float[] values(String name) {
        try (Weights weights = Weights.open(folder)) {
            FloatBuffer data = weights.tensor(name).data().asFloatBuffer();
            float[] values = new float[data.remaining()];
            data.get(values);
            return values;
        }
    }

    private static float[] random() {
        Random random = new Random(3);
        float[] values = new float[HEIGHT * WIDTH * CHANNELS];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
