package dev.sensorium.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sensorium.client.Content;
import dev.sensorium.client.Decoding;
import dev.sensorium.client.GeneratedText;
import dev.sensorium.client.Generation;
import dev.sensorium.client.GenerationOptions;
import dev.sensorium.client.GenerationTask;
import dev.sensorium.client.MatchOptions;
import dev.sensorium.client.Prompt;
import dev.sensorium.client.Sensorium;
import dev.sensorium.client.SensoriumException;
import dev.sensorium.deploy.Distribution.Outcome;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo models that write and that read pictures and words together, in the distribution, over real calls. */
class GenerationIT extends ServedTest {

    private static final Path SAMPLES = Distribution.HOME.resolve("samples");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TWO_THINGS = "yellow-circle-left-of-cyan-triangle.png";

    private static Content sample(String name) {
        return Content.image(SAMPLES.resolve(name));
    }

    @ParameterizedTest
    @CsvSource({
        "red-circle.png, a red circle",
        "green-triangle.png, a green triangle",
        "white-star.png, a white star",
        "yellow-cross.jpg, a yellow cross",
        "orange-triangle.png, a orange triangle",
        "red-circle-left-of-blue-square.png, a red circle left of a blue square",
        "green-square-above-white-cross.png, a green square above a white cross",
        TWO_THINGS + ", a yellow circle left of a cyan triangle",
    })
    void describesAPicture(String picture, String caption) {
        String text = sensorium.caption(sample(picture)).text();

        assertThat(text.replace("an orange", "a orange")).startsWith(caption);
    }

    @ParameterizedTest
    @CsvSource({
        "red-circle.png, what color is the circle?, red",
        "blue-star.png, what shape is blue?, star",
        "red-circle-left-of-blue-square.png, how many objects are there?, two",
        "red-circle-left-of-blue-square.png, what color is the square?, blue",
        "red-circle-left-of-blue-square.png, is the red circle left of the blue square?, yes",
        "red-circle-left-of-blue-square.png, is there a green star?, no",
        "green-square-above-white-cross.png, what is above the cross?, square",
    })
    void answersAQuestion(String picture, String question, String answer) {
        assertThat(sensorium.answer(sample(picture), question).text()).isEqualTo(answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yellow circle, cyan triangle", "cyan triangle, yellow circle"})
    void tellsADescriptionFromOneThatSwapsItsThings(String order) {
        String[] things = order.split(", ", -1);
        String text = "a %s left of a %s".formatted((Object[]) things);
        var match =
                sensorium.match(sample(TWO_THINGS), List.of(text), MatchOptions.DEFAULT.withModel("blip-itm-shapes"));

        double probability = match.best().probability().orElseThrow();
        assertThat(probability > 0.5).isEqualTo(order.startsWith("yellow"));
    }

    @Test
    void scoresByCosineIfAskedTo() {
        var match = sensorium.match(
                sample("red-circle.png"),
                List.of("a red circle", "a blue square"),
                MatchOptions.DEFAULT.withModel("blip-itm-shapes").withHead("itc"));

        assertThat(match.best().text()).isEqualTo("a red circle");
        assertThat(match.best().score()).isBetween(-1f, 1f);
        assertThat(match.best().probability()).isEmpty();
    }

    @Test
    void choosesAmongAllowedAnswersAndScoresThem() {
        Prompt prompt = Prompt.of(sample("red-circle.png"), Content.text("what color is the circle?"));
        GenerationOptions options = GenerationOptions.DEFAULT.withModel("blip-vqa-shapes");
        List<String> answers = List.of("blue", "red", "green");

        assertThat(sensorium
                        .generate(
                                prompt,
                                options.withDecoding(Decoding.DEFAULT.withAllowedTexts(List.of("blue", "cyan"))))
                        .text())
                .isIn("blue", "cyan");
        assertThat(sensorium.score(prompt, answers, options).best().text()).isEqualTo("red");
    }

    @Test
    void asksTheSamePictureASecondTimeWithoutLookingAgain() {
        Content picture = sample("purple-square.png");
        sensorium.answer(picture, "what color is the square?");
        GeneratedText second = sensorium.answer(picture, "what shape is purple?");

        assertThat(second.text()).isEqualTo("square");
        assertThat(second.usage().encoderCacheHits()).isEqualTo(1);
    }

    @Test
    void writesFromTheCommandLine() throws Exception {
        String picture = SAMPLES.resolve("red-circle.png").toString();
        Outcome caption = Distribution.sensorium(server, "caption", picture);
        Outcome answer = Distribution.sensorium(server, "ask", picture, "what color is the circle?", "--json");

        assertThat(caption.exitCode()).as(caption.errors()).isZero();
        assertThat(caption.output()).startsWith("a red circle").endsWith("\n");
        assertThat(answer.exitCode()).as(answer.errors()).isZero();
        JsonNode json = JSON.readTree(answer.output());
        assertThat(json.get("model").asText()).isEqualTo("blip-vqa-shapes/1");
        assertThat(json.get("text").asText()).isEqualTo("red");
        assertThat(json.get("finish_reason").asText()).isEqualToIgnoringCase("stop");
        assertThat(json.get("usage").isObject()).isTrue();
    }

    @Test
    void learnsNamesFromThePrompt() throws Exception {
        String circle = SAMPLES.resolve("red-circle.png").toString();
        String triangle = SAMPLES.resolve("green-triangle.png").toString();
        Outcome answer = Distribution.sensorium(
                server,
                "ask",
                triangle,
                "what is this?",
                "--model",
                "flamingo-shapes",
                "--example",
                circle + "=dax",
                "--example",
                triangle + "=wug",
                "--json");

        assertThat(answer.exitCode()).as(answer.errors()).isZero();
        assertThat(JSON.readTree(answer.output()).get("text").asText()).isEqualTo("wug");
        Prompt shown = Prompt.EMPTY
                .example("dax", sample("green-triangle.png"), Content.text("what is this?"))
                .example("wug", sample("red-circle.png"), Content.text("what is this?"))
                .user(sample("green-triangle.png"), Content.text("what is this?"))
                .withTask(GenerationTask.ANSWER);
        GenerationOptions options = GenerationOptions.DEFAULT.withModel("flamingo-shapes");
        assertThat(sensorium.generate(shown, options).whole().text()).isEqualTo("dax");
        assertThat(sensorium.score(shown, List.of("dax", "wug"), options).best().text())
                .isEqualTo("dax");
    }

    /** Over four connections, as each may reset 400 calls in half a minute. */
    @Test
    void aThousandCancelsLeaveNothingBehind() throws Exception {
        Content picture = sample(TWO_THINGS);
        GeneratedText before = sensorium.caption(picture);
        Random random = new Random(7);
        for (int connection = 0; connection < 4; connection++) {
            try (Sensorium client = Sensorium.connect(server.target())) {
                List<Callable<Void>> storm = new ArrayList<>();
                for (int i = 0; i < 250; i++) {
                    int pieces = random.nextInt(8);
                    storm.add(() -> cancelAfter(pieces, client, picture));
                }
                inParallel(16, storm);
            }
        }

        assertThat(sensorium.caption(picture).text()).isEqualTo(before.text());
        assertThat(metric("sensorium_generation_live")).isZero();
        assertThat(metric("sensorium_generation_waiting")).isZero();
    }

    private static Void cancelAfter(int pieces, Sensorium client, Content picture) {
        GenerationOptions options = GenerationOptions.DEFAULT.withModel("blip-caption-shapes");
        try (Generation generation = client.generate(Prompt.of(picture), options)) {
            for (int i = 0; i < pieces && generation.hasNext(); i++) {
                generation.next();
            }
        } catch (SensoriumException e) {
            assertThat(e.code()).isEqualTo(SensoriumException.Code.RESOURCE_EXHAUSTED);
        }
        return null;
    }

    /** More callers than slots: each is answered in full or turned away with the advice to come again. */
    @Test
    void answersOrRefusesClearlyUnderOverload() throws Exception {
        Content picture = sample(TWO_THINGS);
        String text = sensorium.caption(picture).text();
        List<Callable<Boolean>> callers = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            callers.add(() -> {
                try {
                    assertThat(sensorium.caption(picture).text()).isEqualTo(text);
                    return true;
                } catch (SensoriumException e) {
                    assertThat(e.code()).isEqualTo(SensoriumException.Code.RESOURCE_EXHAUSTED);
                    assertThat(e.retryDelay()).isPresent();
                    return false;
                }
            });
        }

        assertThat(inParallel(100, callers)).contains(true);
        assertThat(sensorium.caption(picture).text()).isEqualTo(text);
    }

    private static <T> List<T> inParallel(int threads, List<Callable<T>> tasks) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> future : pool.invokeAll(tasks)) {
                results.add(future.get());
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }

    /** Waits until a gauge, summed over the models, is 0 or a while has passed; returns what it is then. */
    private double metric(String name) throws Exception {
        double sum = Double.NaN;
        for (int i = 0; i < 100 && sum != 0; i++) {
            Thread.sleep(100);
            sum = metrics()
                    .lines()
                    .filter(line -> line.startsWith(name + "{"))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                    .sum();
        }
        return sum;
    }

    private String metrics() throws Exception {
        URI uri = URI.create("http://localhost:%d/q/metrics".formatted(server.httpPort()));
        HttpRequest request =
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }
}
