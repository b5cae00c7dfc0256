import dev.sensorium.spi.Content;
import dev.sensorium.spi.Generator;
import dev.sensorium.spi.Generator.Delta;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Prompt.Role;
import dev.sensorium.spi.Prompt.Task;
import dev.sensorium.spi.Prompt.Turn;
import dev.sensorium.spi.SharedRuntime;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.ServiceLoader;
import javax.imageio.ImageIO;

/**
 * Times how long the first token of an answer takes, when the request is the first with its eight examples and when others
 * had the same ones: {@code java -cp ... Examples.java CHECKPOINT [ROUNDS [DTYPE]]}. Every round has examples of its own, and the
 * later requests ask about pictures of their own. Prints a line of JSON; see README.md for the class path.
 */
public class Examples {

    private static final int SHOTS = 8;
    private static final int LATER = 5;
    private static final int SIDE = 48;
    private static final Text QUESTION = new Text("what is this?");
    private static final List<String> NAMES = List.of("dax", "blick", "wug", "toma");

    private final Generator generator;
    private final Random random = new Random(1);

    private Examples(Generator generator) {
        this.generator = generator;
    }

    public static void main(String[] arguments) throws Exception {
        for (SharedRuntime runtime : ServiceLoader.load(SharedRuntime.class)) {
            runtime.start();
        }
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 40;
        ModelProvider provider = ServiceLoader.load(ModelProvider.class).findFirst().orElseThrow();
        ModelSpec plain = ModelSpec.of(new ModelId("examples", "1"), Path.of(arguments[0]));
        String dtype = arguments.length > 2 ? arguments[2] : "float32";
        ModelSpec spec =
                new ModelSpec(plain.id(), plain.folder(), plain.device(), plain.limits(), Map.of("dtype", dtype));
        try (Model model = provider.load(spec)) {
            new Examples((Generator) model).measure(rounds);
        }
    }

    private void measure(int rounds) throws Exception {
        round(new ArrayList<>(), new ArrayList<>()); // warms up
        List<Double> first = new ArrayList<>();
        List<Double> later = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            round(first, later);
        }
        double before = median(first);
        double after = median(later);
        System.out.printf(
                "{\"shots\": %d, \"rounds\": %d, \"first_ms\": %.2f, \"later_ms\": %.2f, \"ratio\": %.3f}%n",
                SHOTS, rounds, before, after, after / before);
    }

    /** Asks once with new examples, then about other pictures after the same examples. */
    private void round(List<Double> first, List<Double> later) throws Exception {
        List<Turn> examples = new ArrayList<>();
        for (int i = 0; i < SHOTS; i++) {
            examples.add(new Turn(Role.USER, List.of(picture(), QUESTION)));
            examples.add(new Turn(Role.MODEL, List.of(new Text(NAMES.get(i % NAMES.size())))));
        }
        first.add(toFirstToken(examples));
        for (int i = 0; i < LATER; i++) {
            later.add(toFirstToken(examples));
        }
    }

    private double toFirstToken(List<Turn> examples) throws Exception {
        List<Turn> turns = new ArrayList<>(examples);
        turns.add(new Turn(Role.USER, List.<Content>of(picture(), QUESTION)));
        Prompt prompt = new Prompt(Task.ANSWER, turns, "");
        long start = System.nanoTime();
        try (Steps<Step> steps = generator.generate(prompt, generator.defaults(), PrepareOptions.DEFAULT)) {
            Optional<Step> step = steps.next();
            while (!(step.orElseThrow() instanceof Delta)) {
                step = steps.next();
            }
            return (System.nanoTime() - start) / 1e6;
        }
    }

    /** Draws a picture that was not there before. */
    private Image picture() throws IOException {
        BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = picture.createGraphics();
        pen.setColor(new Color(random.nextInt(0x1000000)));
        pen.fillOval(random.nextInt(24), random.nextInt(24), 20, 20);
        pen.dispose();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(picture, "png", file);
        return Image.of(file.toByteArray());
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return Arrays.stream(sorted).skip(sorted.length / 2).findFirst().orElseThrow();
    }
}
