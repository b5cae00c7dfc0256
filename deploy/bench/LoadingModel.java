import dev.sensorium.spi.Generator;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.SharedRuntime;
import dev.sensorium.spi.Steps;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Times how fast a whole checkpoint becomes a model that captions, and holds the memory that it takes, when it is loaded and
 * after its first answer, against the estimate:
 * {@code java -cp ... LoadingModel.java CHECKPOINT DTYPE [TIMES [SETTING=VALUE...]]}, with the jar of its plugin on the class path. Prints one
 * line of JSON per time; see README.md for the class path.
 */
public class LoadingModel {

    public static void main(String[] arguments) throws Exception {
        for (SharedRuntime runtime : ServiceLoader.load(SharedRuntime.class)) {
            runtime.start();
        }
        Path folder = Path.of(arguments[0]);
        ModelSpec plain = ModelSpec.of(new ModelId("loading", "1"), folder);
        Map<String, String> settings = new HashMap<>(Map.of("dtype", arguments[1]));
        for (int i = 3; i < arguments.length; i++) {
            settings.put(arguments[i].split("=")[0], arguments[i].split("=")[1]);
        }
        ModelSpec spec = new ModelSpec(plain.id(), folder, plain.device(), plain.limits(), settings);
        ModelProvider provider = ServiceLoader.load(ModelProvider.class).findFirst().orElseThrow();
        int times = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
        for (int i = 0; i < times; i++) {
            time(provider, spec, weightBytes(folder));
        }
    }

    private static void time(ModelProvider provider, ModelSpec spec, long weights) throws Exception {
        long before = kilobytes("RssAnon");
        long estimate = provider.estimateBytes(spec);
        long start = System.nanoTime();
        try (Model model = provider.load(spec)) {
            double seconds = (System.nanoTime() - start) / 1e9;
            long taken = (kilobytes("RssAnon") - before) * 1024;
            use((Generator) model);
            long used = (kilobytes("RssAnon") - before) * 1024;
            System.out.printf(
                    "{\"dtype\": \"%s\", \"gigabytes\": %.2f, \"seconds\": %.2f, \"gigabytes_per_second\": %.2f, "
                            + "\"estimated_megabytes\": %d, \"taken_megabytes\": %d, \"used_megabytes\": %d, \"peak_rss_megabytes\": %d}%n",
                    model.card().dtype(),
                    weights / 1e9,
                    seconds,
                    weights / 1e9 / seconds,
                    estimate >> 20,
                    taken >> 20,
                    used >> 20,
                    kilobytes("VmHWM") >> 10);
        }
    }

    /** Has it say something of a picture, which packs the weights that are packed on use. */
    private static void use(Generator generator) throws Exception {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB), "png", file);
        Prompt prompt = Prompt.of(Prompt.Task.CAPTION, List.of(Image.of(file.toByteArray())));
        try (Steps<Step> steps = generator.generate(prompt, generator.defaults(), PrepareOptions.DEFAULT)) {
            while (steps.next().isPresent()) {
                // only to be done
            }
        }
    }

    private static long weightBytes(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".safetensors"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
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
