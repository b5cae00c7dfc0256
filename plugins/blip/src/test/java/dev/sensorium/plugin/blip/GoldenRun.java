package dev.sensorium.plugin.blip;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sensorium.kit.text.Tokenizer;
import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Decoding.Beams;
import dev.sensorium.spi.Decoding.Greedy;
import dev.sensorium.spi.Decoding.Length;
import dev.sensorium.spi.Decoding.Rules;
import dev.sensorium.spi.Decoding.Stop;
import dev.sensorium.spi.Decoding.Strategy;
import dev.sensorium.spi.Prompt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What transformers generated for a golden checkpoint with some options.
 *
 * @param name what is special about them
 * @param options as {@code generate} takes them
 * @param rows one for each input
 */
record GoldenRun(String name, JsonNode options, List<Row> rows) {

    /**
     * What was generated for one input, the first if there are several.
     *
     * @param ids all of them, the prompt's and the end included
     * @param text the same without special tokens
     */
    record Row(List<Integer> ids, String text) {}

    /**
     * Returns the runs of a checkpoint that a {@link Decoding} can ask for: it forbids texts, however they are written,
     * where the reference forbids token ids, and it stops beams early or not, but does not look for them "never".
     */
    static Stream<GoldenRun> read(Path folder) {
        try {
            JsonNode root =
                    new JsonMapper().readTree(folder.resolve("golden.json").toFile());
            return root.path("runs")
                    .valueStream()
                    .map(run -> new GoldenRun(
                            run.path("name").textValue(),
                            run.path("options"),
                            run.path("rows").valueStream().map(GoldenRun::row).toList()))
                    .filter(run -> !run.options().has("bad_words_ids"))
                    .filter(run -> !run.options().path("early_stopping").isTextual());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Row row(JsonNode row) {
        List<Integer> ids = row.path("sequences")
                .path(0)
                .valueStream()
                .map(JsonNode::intValue)
                .toList();
        return new Row(ids, row.path("texts").path(0).textValue());
    }

    /** Returns the options for a prompt of so many tokens, which the reference's lengths include. */
    Decoding decoding(int prompt) {
        int max =
                options.path("max_new_tokens").asInt(options.path("max_length").asInt() - prompt);
        int min = options.path("min_new_tokens")
                .asInt(Math.max(0, options.path("min_length").asInt(0) - prompt));
        Rules rules = new Rules(
                options.path("repetition_penalty").asDouble(1),
                options.path("no_repeat_ngram_size").asInt(0),
                List.of(),
                List.of());
        return new Decoding(new Length(min, max), strategy(), rules, Stop.NONE, 0);
    }

    /**
     * Asserts that a model writes what the reference did.
     *
     * @param prompt the input of the row
     * @param before the ids of the forced beginning, after the first token
     */
    void assertWritten(WritingModel model, Row row, Prompt prompt, Tokenizer tokenizer, int... before)
            throws InterruptedException {
        int length = 1 + before.length;
        Writing written = Writing.of(model, prompt, decoding(length));
        String what = "%s of %s".formatted(name, model.card().architecture());
        assertThat(written.tokens())
                .as("tokens, " + what)
                .isEqualTo(row.ids().subList(length, row.ids().size()));
        assertThat(tokenizer.decode(before) + written.text())
                .as("text, " + what)
                .isEqualTo(row.text());
        assertThat(written.end().usage().promptTokens()).as("prompt, " + what).isEqualTo(length);
        assertThat(written.end().usage().generatedTokens())
                .as("usage, " + what)
                .isEqualTo(written.tokens().size());
    }

    private Strategy strategy() {
        int beams = options.path("num_beams").asInt(1);
        return beams == 1
                ? new Greedy()
                : new Beams(
                        beams,
                        options.path("length_penalty").asDouble(1),
                        options.path("early_stopping").asBoolean(false));
    }

    @Override
    public String toString() {
        return name;
    }
}
