package dev.sensorium.plugin.flamingo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sensorium.spi.Content;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Prompt.Role;
import dev.sensorium.spi.Prompt.Task;
import dev.sensorium.spi.Prompt.Turn;
import dev.sensorium.spi.Text;
import dev.sensorium.testkit.Golden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.tensorflow.Tensor;

/** The golden checkpoints: folders as strangers bring them, with what transformers makes of them. */
final class Goldens {

    static final Path FOLDER = Path.of("src/test/resources/goldens");

    /** Plain prompts, conversations in shards of float16, no resampler, no added tokens. */
    static final List<String> NAMES = List.of("idefics", "idefics-chat-fp16", "idefics-bare", "idefics-inside-bf16");

    private Goldens() {}

    static Stream<Path> all() {
        return NAMES.stream().map(FOLDER::resolve);
    }

    static ModelSpec spec(Path folder) {
        return ModelSpec.of(new ModelId(folder.getFileName().toString(), "1"), folder);
    }

    /** Returns the spec with a setting. */
    static ModelSpec spec(Path folder, String setting, String value) {
        ModelSpec spec = spec(folder);
        return new ModelSpec(spec.id(), folder, spec.device(), spec.limits(), Map.of(setting, value));
    }

    /**
     * A prompt that the reference was given.
     *
     * @param prompt as a request has it
     * @param generated the tokens that the reference chose greedily
     */
    record Asked(Prompt prompt, List<Integer> generated) {}

    /** Returns the prompts of a checkpoint. */
    static List<Asked> asked(Path folder) {
        try {
            JsonNode root =
                    new JsonMapper().readTree(folder.resolve("golden.json").toFile());
            List<Image> pictures = new Golden(folder).pictures();
            return root.path("prompts")
                    .valueStream()
                    .map(asked -> new Asked(
                            prompt(asked.path("given"), pictures),
                            asked.path("generated")
                                    .valueStream()
                                    .map(JsonNode::intValue)
                                    .toList()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns golden numbers as integers. */
    static int[] ints(Golden golden, String name) {
        return Arrays.stream(golden.integers(name)).mapToInt(Math::toIntExact).toArray();
    }

    /** Returns the golden pictures as the tower takes them: each (S, S, 3), where PyTorch has (3, S, S). */
    static List<float[]> pixels(Golden golden) {
        float[] values = golden.floats("pixel_values");
        int count = golden.shape("pixel_values").get(0).intValue();
        int area = values.length / count / 3;
        List<float[]> pictures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] picture = new float[3 * area];
            for (int c = 0; c < 3; c++) {
                for (int p = 0; p < area; p++) {
                    picture[p * 3 + c] = values[(i * 3 + c) * area + p];
                }
            }
            pictures.add(picture);
        }
        return pictures;
    }

    static float[] values(Tensor tensor) {
        float[] values = new float[Math.toIntExact(tensor.shape().size())];
        tensor.asRawTensor().data().asFloats().read(values);
        return values;
    }

    /** Reads a list of contents, or of turns that are lists of contents. */
    private static Prompt prompt(JsonNode given, List<Image> pictures) {
        if (!given.path(0).isArray()) {
            return Prompt.of(Task.GENERATE, contents(given, pictures));
        }
        List<Turn> turns = new ArrayList<>();
        for (JsonNode turn : given) {
            turns.add(new Turn(turns.size() % 2 == 0 ? Role.USER : Role.MODEL, contents(turn, pictures)));
        }
        return new Prompt(Task.GENERATE, turns, "");
    }

    private static List<Content> contents(JsonNode items, List<Image> pictures) {
        return items.valueStream()
                .map(item -> item.isInt() ? pictures.get(item.intValue()) : new Text(item.textValue()))
                .map(Content.class::cast)
                .toList();
    }
}
