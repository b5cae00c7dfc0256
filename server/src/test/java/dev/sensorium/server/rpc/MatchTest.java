package dev.sensorium.server.rpc;

import static dev.sensorium.server.rpc.Requests.PNG;
import static dev.sensorium.server.rpc.Requests.embed;
import static dev.sensorium.server.rpc.Requests.image;
import static dev.sensorium.server.rpc.Requests.match;
import static dev.sensorium.server.rpc.Requests.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sensorium.proto.v1.Embedding;
import dev.sensorium.proto.v1.Match;
import dev.sensorium.proto.v1.MatchRequest;
import dev.sensorium.proto.v1.MatchResponse;
import dev.sensorium.proto.v1.PromptTemplateList;
import dev.sensorium.proto.v1.PromptTemplates;
import io.grpc.Status;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
class MatchTest extends ServiceTest {

    @Test
    void scoresEveryContentAgainstEveryText() {
        MatchRequest request = match("echo", text("red"), "red", "blue", "green").toBuilder()
                .addContents(text("blue"))
                .build();
        MatchResponse response = embeddings().match(request);
        assertThat(response.getMatchesList()).hasSize(2);
        assertThat(response.getMatches(0).getScores(0)).isCloseTo(10, within(1e-4f));
        assertThat(response.getMatches(1).getScores(1)).isCloseTo(10, within(1e-4f));
        assertThat(response.getMatches(0).getScores(2)).isLessThan(9.9f);
        for (Match match : response.getMatchesList()) {
            assertThat(match.getProbabilitiesList().stream().mapToDouble(p -> p).sum())
                    .isCloseTo(1, within(1e-6));
        }
        assertThat(response.getMatches(0).getProbabilities(0)).isGreaterThan(0.3f);
        assertThat(response.getStats().getEmbeddingCount()).isEqualTo(5);
        assertThat(response.getStats().getModel()).isEqualTo("echo/1");
    }

    @Test
    void averagesTheDirectionsOfPrompts() {
        MatchRequest request = templates(match("echo", image(PNG), "cat", "dog"), "a {}.", "the {}!");
        Match match = embeddings().match(request).getMatches(0);
        double[] picture = vector(embeddings().embed(embed("echo", image(PNG))).getEmbeddings(0));
        assertThat(match.getScores(0)).isCloseTo((float) expected(picture, "a cat.", "the cat!"), within(1e-4f));
        assertThat(match.getScores(1)).isCloseTo((float) expected(picture, "a dog.", "the dog!"), within(1e-4f));
    }

    private double expected(double[] picture, String... prompts) {
        double[] sum = new double[picture.length];
        for (Embedding embedding : embeddings().embed(embed("echo", prompts)).getEmbeddingsList()) {
            double[] unit = vector(embedding);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += unit[i];
            }
        }
        return 10 * dot(picture, sum) / Math.sqrt(dot(sum, sum));
    }

    private static double[] vector(Embedding embedding) {
        return embedding.getValuesList().stream().mapToDouble(value -> value).toArray();
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    @Test
    void knowsTheTemplatesOfThePaperByName() {
        MatchRequest request = match("echo", image(PNG), "cat", "dog").toBuilder()
                .setPromptTemplates(PromptTemplates.newBuilder().setName("clip-imagenet-80"))
                .build();
        MatchResponse first = embeddings().match(request);
        assertThat(first.getStats().getEmbeddingCount()).isEqualTo(161);
        MatchResponse second = embeddings().match(request);
        assertThat(second.getStats().getCacheHitCount()).isEqualTo(161);
        assertThat(second.getMatchesList()).isEqualTo(first.getMatchesList());
    }

    @Test
    void asksAMatcherWithoutEmbeddings() {
        Match match =
                embeddings().match(match("pair", text("1234"), "12", "123456")).getMatches(0);
        assertThat(match.getScoresList()).containsExactly(2f, -2f);
        assertThat(match.getProbabilities(0)).isCloseTo(0.880797f, within(1e-6f));
        assertThat(match.getProbabilities(1)).isCloseTo(0.119203f, within(1e-6f));
    }

    @Test
    void averagesTheScoresOfPromptsOverAllQuestions() {
        String[] texts = Collections.nCopies(20, "ab").toArray(String[]::new);
        MatchRequest request = templates(match("pair", text("1234"), texts), "{}", "-{}", "--{}");
        Match match = embeddings().match(request).getMatches(0);
        assertThat(match.getScoresList()).hasSize(20).containsOnly(1f);
    }

    @Test
    void namesTheTextThatAMatcherRefuses() {
        MatchRequest request = templates(match("pair", text("1234"), "fine", "refused"), "{}", "-{}");
        Failure failure = Failure.of(() -> embeddings().match(request));
        failure.assertInvalid("INVALID_INPUT", "texts[1]");
        assertThat(failure.message()).isEqualTo("texts[1]: refused (expected: another)");
        Failure.of(() -> embeddings().match(match("pair", text("refused"), "fine")))
                .assertInvalid("INVALID_INPUT", "contents[0].text");
    }

    @Test
    void namesTheTextOrContentThatCannotBeEmbedded() {
        Failure.of(() -> embeddings().match(templates(match("echo", image(PNG), "cat", "x".repeat(77)), "{}", "a {}")))
                .assertInvalid("TOO_LONG", "texts[1]");
        Failure.of(() -> embeddings().match(match("echo", text("x".repeat(78)), "cat")))
                .assertInvalid("TOO_LONG", "contents[0].text");
    }

    @Test
    void refusesWhatIsMissingOrTooMuch() {
        Failure.of(() -> embeddings().match(MatchRequest.getDefaultInstance()))
                .assertInvalid("INVALID_REQUEST", "contents", "texts");
        String[] texts = Collections.nCopies(21, "label").toArray(String[]::new);
        Failure.of(() -> embeddings().match(match("echo", text("a"), texts))).assertInvalid("INVALID_REQUEST", "texts");
        Failure.of(() -> embeddings().match(match("echo", text("a"), "fine", "\n")))
                .assertInvalid("INVALID_REQUEST", "texts[1]");
        Failure.of(() -> embeddings().match(templates(match("echo", text("a"), "fine"), "no place")))
                .assertInvalid("INVALID_REQUEST", "prompt_templates.list.templates[0]");
    }

    @Test
    void refusesWhatTheModelCannotDo() {
        assertThat(Failure.of(() -> embeddings().match(match("embedder", text("a"), "b")))
                        .code())
                .isEqualTo(Status.Code.FAILED_PRECONDITION);
        Failure.of(() -> embeddings().match(match("heads", image(PNG), "b")))
                .assertInvalid("UNSUPPORTED_MODALITY", "contents[0]");
    }

    private static MatchRequest templates(MatchRequest request, String... templates) {
        return request.toBuilder()
                .setPromptTemplates(PromptTemplates.newBuilder()
                        .setList(PromptTemplateList.newBuilder().addAllTemplates(List.of(templates))))
                .build();
    }
}
