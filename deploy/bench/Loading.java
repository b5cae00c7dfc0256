import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.kit.nn.Activation;
import dev.sensorium.kit.nn.Layers;
import dev.sensorium.kit.nn.Network;
import dev.sensorium.kit.nn.NetworkBuilder;
import dev.sensorium.kit.nn.NetworkOptions;
import dev.sensorium.kit.nn.Precision;
import dev.sensorium.spi.Device;
import dev.sensorium.spi.SharedRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.ServiceLoader;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Times how fast weights come from a checkpoint into variables, and what memory that takes at most:
 * {@code java -cp ... Loading.java CHECKPOINT DTYPE towers|tables [TIMES]}. The towers are those of a CLIP of ViT-B/32's
 * size, whose graph TensorFlow takes in meanwhile; as tables, all matrices of any checkpoint are loaded as they lie, with
 * hardly any graph. Prints one line of JSON per time, the first of which reads what the system has not cached yet. See
 * README.md for the class path.
 */
public class Loading {

    private static final String WEIGHT = ".weight";

    public static void main(String[] arguments) throws IOException {
        for (SharedRuntime runtime : ServiceLoader.load(SharedRuntime.class)) {
            runtime.start();
        }
        Precision precision = Precision.valueOf(arguments[1].toUpperCase(Locale.ROOT));
        NetworkOptions options = new NetworkOptions(Device.cpu(), precision);
        int times = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 5;
        for (int i = 0; i < times; i++) {
            time(Path.of(arguments[0]), options, arguments[2]);
        }
    }

    private static void time(Path checkpoint, NetworkOptions options, String load) throws IOException {
        long before = kilobytes("RssAnon");
        try (Weights weights = Weights.open(checkpoint);
                NetworkBuilder builder = NetworkBuilder.open(options, weights)) {
            if (load.equals("tables")) {
                layTables(builder.layers(), weights);
            } else {
                layTowers(builder.layers());
            }
            long start = System.nanoTime();
            try (Network network = builder.build()) {
                double seconds = (System.nanoTime() - start) / 1e9;
                System.out.printf(
                        "{\"dtype\": \"%s\", \"load\": \"%s\", \"gigabytes\": %.3f, \"seconds\": %.3f, \"gigabytes_per_second\": %.2f, "
                                + "\"taken_megabytes\": %d, \"peak_megabytes\": %d}%n",
                        options.precision().settingName(),
                        load,
                        weights.bytes() / 1e9,
                        seconds,
                        weights.bytes() / 1e9 / seconds,
                        (kilobytes("RssAnon") - before) / 1024,
                        kilobytes("VmHWM") / 1024);
            }
        }
    }

    /** Lays the layers of both towers, which use all weights but the projections to the shared space. */
    private static void layTowers(Layers at) {
        var pixels = at.input(TFloat32.class, -1, 224, 224, 3);
        Layers vision = at.in("vision_model");
        Operand<TFloat32> x = vision.in("embeddings").patches(pixels, "patch_embedding", 32, 768);
        blocks(vision, x, 12, 3072);
        var ids = at.input(TInt32.class, -1, 77);
        Layers text = at.in("text_model");
        x = text.in("embeddings").embedding(ids, "token_embedding", 49_408, 512);
        blocks(text, x, 8, 2048);
    }

    private static void layTables(Layers at, Weights weights) {
        var ids = at.input(TInt32.class, -1, 1);
        for (String name : weights.names()) {
            long[] shape = weights.tensor(name).shape();
            if (shape.length == 2 && name.endsWith(WEIGHT)) {
                String table = name.substring(0, name.length() - WEIGHT.length());
                at.embedding(ids, table, Math.toIntExact(shape[0]), Math.toIntExact(shape[1]));
            }
        }
    }

    private static void blocks(Layers tower, Operand<TFloat32> x, int heads, int inner) {
        for (int i = 0; i < 12; i++) {
            Layers at = tower.in("encoder.layers", i);
            x = at.add(x, at.in("self_attn").attention(at.norm(x, "layer_norm1", 1e-5f), heads));
            x = at.add(
                    x, at.in("mlp").feedForward(at.norm(x, "layer_norm2", 1e-5f), inner, Activation.QUICK_GELU));
        }
    }

    private static long kilobytes(String line) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(l -> l.startsWith(line + ":"))
                .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
