package dev.sensorium.plugin.clip;

import dev.sensorium.kit.nn.TensorFlowRuntime;
import dev.sensorium.spi.Device;
import dev.sensorium.spi.Embedder.Prepared;
import dev.sensorium.spi.MediaLimits;
import dev.sensorium.spi.ModelSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Times the image tower of a checkpoint on random pixels and prints, for each batch size, the median milliseconds:
 * {@code batch=median}. {@code training/benchmark.py} runs it in turn with transformers and prints ratios.
 */
final class TowerBenchmark {

    private static final int WARM_UP = 3;

    private TowerBenchmark() {}

    /** Takes a checkpoint folder, the dtype setting, the number of runs and the batch sizes. */
    public static void main(String[] args) {
        new TensorFlowRuntime().start();
        ModelSpec spec = Goldens.spec(Path.of(args[0]));
        ModelSpec chosen =
                new ModelSpec(spec.id(), spec.folder(), Device.cpu(), MediaLimits.DEFAULT, Map.of("dtype", args[1]));
        int side = ClipConfig.read(spec.folder()).vision().picture().side();
        try (ClipModel model = ClipModel.load(chosen)) {
            for (String batch : Arrays.asList(args).subList(3, args.length)) {
                List<Prepared> pictures = pictures(Integer.parseInt(batch), side);
                System.out.printf("%s=%.2f%n", batch, median(model, pictures, Integer.parseInt(args[2])));
            }
        }
    }

    private static List<Prepared> pictures(int count, int side) {
        Random random = new Random(1);
        List<Prepared> pictures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] pixels = new float[side * side * 3];
            for (int k = 0; k < pixels.length; k++) {
                pixels[k] = (float) random.nextGaussian();
            }
            pictures.add(new PreparedFrames(List.of(pixels)));
        }
        return pictures;
    }

    private static double median(ClipModel model, List<Prepared> batch, int runs) {
        double[] milliseconds = new double[runs];
        for (int i = -WARM_UP; i < runs; i++) {
            long start = System.nanoTime();
            model.embed(batch);
            milliseconds[Math.max(i, 0)] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(milliseconds);
        return milliseconds[runs / 2];
    }
}
