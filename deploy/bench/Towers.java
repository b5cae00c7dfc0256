import dev.sensorium.spi.Content;
import dev.sensorium.spi.Device;
import dev.sensorium.spi.Embedder;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.MediaLimits;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.SharedRuntime;
import dev.sensorium.spi.Text;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import javax.imageio.ImageIO;

/**
 * Times a model's image or text tower in a loop, without a server:
 * {@code java -cp ... Towers.java CHECKPOINT DTYPE image|text BATCH...}. Prints one line of JSON per batch size, or, with
 * {@code --each} in front, the milliseconds of each run of the first size for ever, which is for turns.py. See README.md
 * for the class path.
 */
public class Towers {

    private static final double SECONDS = 8;
    private static final int SIDE = 224;
    private static final String TEXT = "a photo of a red circle above a blue square";

    public static void main(String[] line) throws Exception {
        boolean each = line[0].equals("--each");
        String[] arguments = each ? Arrays.copyOfRange(line, 1, line.length) : line;
        for (SharedRuntime runtime : ServiceLoader.load(SharedRuntime.class)) {
            runtime.start();
        }
        ModelProvider provider = ServiceLoader.load(ModelProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(candidate -> candidate.family().equals("clip"))
                .findFirst()
                .orElseThrow();
        ModelSpec spec = new ModelSpec(
                new ModelId("model", "1"),
                Path.of(arguments[0]),
                Device.cpu(),
                MediaLimits.DEFAULT,
                Map.of("dtype", arguments[1]));
        try (Model model = provider.load(spec)) {
            for (String size : List.of(arguments).subList(3, arguments.length)) {
                List<Embedder.Prepared> batch = batch((Embedder) model, arguments[2], Integer.parseInt(size));
                while (each) {
                    System.out.println(milliseconds((Embedder) model, batch));
                }
                time((Embedder) model, arguments[1], arguments[2], batch);
            }
        }
    }

    private static List<Embedder.Prepared> batch(Embedder model, String tower, int size) throws Exception {
        List<Embedder.Prepared> batch = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Content content = tower.equals("text") ? new Text(TEXT) : Image.of(noise(i));
            batch.add(model.prepare(content, PrepareOptions.DEFAULT));
        }
        return batch;
    }

    private static double milliseconds(Embedder model, List<Embedder.Prepared> batch) {
        long start = System.nanoTime();
        model.embed(batch);
        return (System.nanoTime() - start) / 1e6;
    }

    private static void time(Embedder model, String dtype, String tower, List<Embedder.Prepared> batch) {
        for (int i = 0; i < 3; i++) {
            model.embed(batch);
        }
        List<Double> times = new ArrayList<>();
        long end = System.nanoTime() + (long) (SECONDS * 1e9);
        while (System.nanoTime() < end || times.size() < 10) {
            times.add(milliseconds(model, batch));
        }
        double[] sorted = times.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        System.out.printf(
                "{\"program\": \"sensorium\", \"dtype\": \"%s\", \"tower\": \"%s\", \"batch\": %d, \"median_ms\": %.2f, "
                        + "\"min_ms\": %.2f, \"items_per_second\": %.1f}%n",
                dtype,
                tower,
                batch.size(),
                sorted[sorted.length / 2],
                sorted[0],
                1e3 * batch.size() / Arrays.stream(sorted).average().getAsDouble());
    }

    private static byte[] noise(int seed) throws Exception {
        int[] pixels = new Random(seed).ints(SIDE * SIDE).toArray();
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, SIDE, SIDE, pixels, 0, SIDE);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }
}
