package dev.sensorium.kit.decode;

import static dev.sensorium.kit.decode.TinyLoop.all;
import static dev.sensorium.kit.decode.TinyLoop.picture;
import static dev.sensorium.kit.decode.TinyLoop.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.kit.decode.Dialogue.Choice;
import dev.sensorium.kit.decode.Dialogue.Turn;
import dev.sensorium.kit.nn.TinyDecoder;
import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Generator.FinishReason;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.Generator.Usage;
import dev.sensorium.spi.Steps;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FairnessTest extends LoopTest {

    /** What the loop did, in its order: a name for each request that began, and for each of its tokens. */
    private final List<String> events = new CopyOnWriteArrayList<>();

    @Test
    void requestsAreAdmittedInTheirOrderHoweverLargeTheyAre() throws InterruptedException {
        List<Steps<Step>> steps = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            int rows = i % 7 == 3 ? 6 : 1 + i % 3;
            Search search = new Wandering(prompt(i), rows, 1 + i % 11, i);
            steps.add(generate("begin " + i, "token", new Opening(prompt(i), picture(i)), search));
        }
        for (Steps<Step> one : steps) {
            all(one);
        }
        assertThat(events)
                .filteredOn(event -> event.startsWith("begin"))
                .isEqualTo(IntStream.range(0, 50).mapToObj(i -> "begin " + i).toList());
    }

    @Test
    void rowsGoOnWhileALongPromptIsRead() throws InterruptedException {
        Steps<Step> talking = generate("a", "token of a", new Opening(prompt(1), picture(1)), new Greedy(60));
        talking.next();
        talking.next();
        Steps<Step> reading = generate("b", "token of b", new Opening(new int[140], picture(2)), new Greedy(1));
        all(reading);
        List<String> seen = List.copyOf(events);
        List<String> meanwhile = seen.subList(seen.indexOf("b"), seen.indexOf("token of b"));
        // It is read in pieces of 7.
        assertThat(meanwhile).filteredOn("token of a"::equals).hasSizeBetween(19, 21);
        all(talking);
    }

    @Test
    void rowsGoOnWhileManyPicturesAreEncoded() throws InterruptedException {
        Steps<Step> talking = generate("a", "token of a", new Opening(prompt(1), picture(1)), new Greedy(60));
        talking.next();
        talking.next();
        List<Steps<Step>> others = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            others.add(loop.generate(i, 1, new Picture(i, 5, null)));
        }
        for (Steps<Step> one : others) {
            all(one);
        }
        all(talking);
        assertThat(loop.pictures.batches.subList(1, loop.pictures.batches.size()))
                .allMatch(batch -> batch.size() <= 2);
    }

    @Test
    void promptsAndTextsThatAreScoredTakeTurns() throws InterruptedException {
        List<int[]> texts = IntStream.range(0, 100).mapToObj(TinyLoop::prompt).toList();
        Steps<?> scores = loop.loop.score(new Opening(prompt(1), picture(1)), texts);
        scores.next();
        List<Step> steps = all(loop.generate(2, 3, picture(2)));
        assertThat(TinyLoop.tokens(steps)).hasSize(3);
        loop.awaitRunning(1); // the scoring
        assertThat(all(scores)).hasSize(99);
    }

    @Test
    void promptIsReadHoweverManyDialoguesTalk() throws InterruptedException {
        List<Dialogue> dialogues = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Dialogue dialogue = loop.loop.open(4, 1, new Decoding.Greedy());
            dialogues.add(dialogue);
            talk(dialogue, i);
        }
        assertThat(all(loop.loop.generate(
                        List.of(new Opening(new int[30], picture(2))), new Greedy(3), 3, TinyLoop.output())))
                .hasSize(5);
        dialogues.forEach(Dialogue::close);
    }

    /** Asks for a turn of one token again and again, until the dialogue is closed. */
    private static void talk(Dialogue dialogue, int seed) {
        States states = new States(TinyDecoder.encoded(1, seed), TinyDecoder.ENCODER_WIDTH);
        dialogue.next(new Turn(true, new int[] {seed}, states, List.of(new Choice(0, 5))))
                .thenRun(() -> talk(dialogue, seed));
    }

    private Steps<Step> generate(String begin, String token, Opening opening, Search search) {
        Output<Step> text = TinyLoop.output();
        Output<Step> output = new Output<>() {
            @Override
            public Step started(int promptTokens) {
                events.add(begin);
                return text.started(promptTokens);
            }

            @Override
            public Step next(Move move) {
                events.add(token);
                return text.next(move);
            }

            @Override
            public boolean stopped() {
                return false;
            }

            @Override
            public Step end(FinishReason reason, Usage usage) {
                return text.end(reason, usage);
            }
        };
        return loop.loop.generate(List.of(opening), search, 60, output);
    }
}
