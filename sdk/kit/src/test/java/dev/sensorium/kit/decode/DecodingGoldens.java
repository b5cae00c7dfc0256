package dev.sensorium.kit.decode;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sensorium.kit.checkpoint.Safetensors;
import dev.sensorium.kit.checkpoint.StoredTensor;
import dev.sensorium.spi.Decoding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What transformers made of a model of tables; written by {@code decoding_goldens.py}. */
final class DecodingGoldens {

    static final int VOCABULARY = 26;

    private static final Path FOLDER = Path.of("src/test/resources/goldens/decoding");
    private static final int LETTERS = 23;

    private DecodingGoldens() {}

    /** A decoding and the tokens that came of it; with beams the score of the text as well. */
    record Case(
            int[] prompt,
            List<Integer> ends,
            float bias,
            float slope,
            int max,
            int min,
            int beams,
            double lengthPenalty,
            boolean earlyStopping,
            double repetitionPenalty,
            int noRepeatNgram,
            int[][] badWords,
            List<Integer> never,
            int[][] allowed,
            double guidance,
            int[] negative,
            List<Integer> tokens,
            @Nullable Float score) {

        Decoding decoding() {
            Letters letters = new Letters(LETTERS);
            Decoding.Rules rules = new Decoding.Rules(
                    repetitionPenalty,
                    noRepeatNgram,
                    List.of(badWords).stream().map(letters::decode).toList(),
                    List.of(allowed).stream().map(letters::decode).toList());
            Decoding decoding =
                    Decoding.greedy(max).with(new Decoding.Length(min, max)).with(rules);
            return beams == 1 ? decoding : decoding.with(new Decoding.Beams(beams, lengthPenalty, earlyStopping));
        }

        Vocabulary vocabulary() {
            return Letters.vocabulary(VOCABULARY, LETTERS, ends, never);
        }
    }

    /** What is left of a row of logits, and the probabilities of these tokens. */
    record Warped(
            int row, double temperature, int topK, double topP, double minP, int[] tokens, double[] probabilities) {

        Decoding.Sample settings() {
            return new Decoding.Sample(temperature, topK, topP, minP, OptionalLong.of(1));
        }
    }

    static List<Case> decodings() {
        return read("generate.json", Case.class);
    }

    static List<Warped> warped() {
        return read("warpers.json", Warped.class);
    }

    /** Returns a matrix of one of the files. */
    static float[][] matrix(String file, String name) {
        try (Safetensors tensors = Safetensors.open(FOLDER.resolve(file))) {
            StoredTensor tensor = tensors.tensor(name);
            float[][] rows = new float[(int) tensor.shape()[0]][(int) tensor.shape()[1]];
            var data = tensor.data().asFloatBuffer();
            for (float[] row : rows) {
                data.get(row);
            }
            return rows;
        }
    }

    private static <T> List<T> read(String file, Class<T> type) {
        JsonMapper mapper = JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                .build();
        try {
            JsonNode cases = mapper.readTree(FOLDER.resolve(file).toFile()).path("cases");
            return cases.valueStream()
                    .map(node -> mapper.convertValue(node, type))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
