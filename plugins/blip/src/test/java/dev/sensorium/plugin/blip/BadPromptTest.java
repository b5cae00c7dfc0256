package dev.sensorium.plugin.blip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Decoding.Beams;
import dev.sensorium.spi.Decoding.Stop;
import dev.sensorium.spi.Generator.FinishReason;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Prompt.Role;
import dev.sensorium.spi.Prompt.Task;
import dev.sensorium.spi.Prompt.Turn;
import dev.sensorium.spi.Text;
import dev.sensorium.spi.Video;
import dev.sensorium.testkit.Samples;
import java.awt.Color;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Prompts that cannot be answered say what is wrong with them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadPromptTest {

    private static final Image PICTURE = Samples.picture(Color.RED, 20, 30);
    private static final Text TEXT = new Text("a red circle");
    private static final Text LONG = new Text("red ".repeat(40));
    private static final Decoding GREEDY = Decoding.greedy(3);

    private WritingModel captions;
    private WritingModel answers;

    @BeforeAll
    void load() {
        captions = WritingModel.load(Goldens.spec(Goldens.FOLDER.resolve("blip-caption")), WritingModel.Kind.CAPTIONS);
        answers = WritingModel.load(Goldens.spec(Goldens.FOLDER.resolve("blip-vqa")), WritingModel.Kind.ANSWERS);
    }

    @AfterAll
    void close() {
        captions.close();
        answers.close();
    }

    @Test
    void isOfOnePicture() {
        assertRefused(captions, Task.CAPTION, "contents: no IMAGE (expected: one)", TEXT);
        assertRefused(captions, Task.CAPTION, "contents[2]: a second IMAGE (expected: one)", PICTURE, TEXT, PICTURE);
        assertRefused(answers, Task.ANSWER, "contents: no IMAGE (expected: one)", TEXT);
        assertRefused(answers, Task.ANSWER, "contents[1]: a second IMAGE (expected: one)", PICTURE, PICTURE, TEXT);
        Video video = new Video.Frames(List.of(PICTURE));
        assertRefused(captions, Task.CAPTION, "contents[0]: VIDEO (expected: IMAGE or TEXT)", video);
        assertRefused(answers, Task.ANSWER, "contents[1]: VIDEO (expected: IMAGE or TEXT)", TEXT, video);
    }

    @Test
    void isOfOneText() {
        assertRefused(captions, Task.CAPTION, "contents[2]: a second TEXT (expected: one)", TEXT, PICTURE, TEXT);
        assertRefused(answers, Task.ANSWER, "contents: no TEXT (expected: one, the question)", PICTURE);
        String blank = "contents[1]: text: blank (expected: a character that is not white space)";
        assertRefused(answers, Task.ANSWER, blank, PICTURE, new Text(" "));
        assertRefused(captions, Task.CAPTION, blank, PICTURE, new Text(""));
        Prompt both = Prompt.of(Task.CAPTION, List.of(PICTURE, TEXT)).beginning("a picture of");
        assertRefused(
                () -> captions.generate(both, GREEDY, PrepareOptions.DEFAULT),
                Reason.INVALID_INPUT,
                "prefix: beside a TEXT (expected: one of them, as either begins the caption)");
    }

    @Test
    void isOfOneTurnAndTask() {
        assertRefused(captions, Task.ANSWER, "task: ANSWER (expected: one of [GENERATE, CAPTION])", PICTURE, TEXT);
        assertRefused(answers, Task.CAPTION, "task: CAPTION (expected: one of [GENERATE, ANSWER])", PICTURE);
        Turn user = new Turn(Role.USER, List.of(PICTURE));
        Prompt two = new Prompt(Task.GENERATE, List.of(user, user), "");
        assertRefused(
                () -> captions.generate(two, GREEDY, PrepareOptions.DEFAULT),
                Reason.INVALID_INPUT,
                "turns: 2 (expected: 1)");
        Prompt system = new Prompt(Task.GENERATE, List.of(new Turn(Role.SYSTEM, List.of(PICTURE))), "");
        assertRefused(
                () -> captions.generate(system, GREEDY, PrepareOptions.DEFAULT),
                Reason.INVALID_INPUT,
                "turns[0].role: SYSTEM (expected: USER)");
    }

    @Test
    void fitsIntoTheContext() {
        Prompt question = Prompt.of(Task.ANSWER, List.of(PICTURE, LONG));
        assertRefused(
                () -> answers.generate(question, GREEDY, PrepareOptions.DEFAULT),
                Reason.TOO_LONG,
                "contents[1]: tokens: 42 (expected: <= 40)");
        Prompt prefix = Prompt.of(Task.CAPTION, List.of(PICTURE)).beginning(LONG.value());
        assertRefused(
                () -> captions.generate(prefix, GREEDY, PrepareOptions.DEFAULT),
                Reason.TOO_LONG,
                "prefix: tokens: 42 (expected: <= 40)");
        Prompt plain = Prompt.of(Task.CAPTION, List.of(PICTURE));
        assertRefused(
                () -> captions.generate(plain, Decoding.greedy(41), PrepareOptions.DEFAULT),
                Reason.TOO_LONG,
                "max_tokens: 41 (expected: <= 40, by a context of 40 and a prompt of 1)");
        Prompt begun = Prompt.of(Task.CAPTION, List.of(PICTURE, new Text("a picture of")));
        assertRefused(
                () -> captions.generate(begun, Decoding.greedy(38), PrepareOptions.DEFAULT),
                Reason.TOO_LONG,
                "max_tokens: 38 (expected: <= 37, by a context of 40 and a prompt of 4)");
    }

    @Test
    void cutsTextIfAsked() throws InterruptedException {
        Prompt prompt = Prompt.of(Task.ANSWER, List.of(PICTURE, LONG));
        try (var steps = answers.generate(prompt, GREEDY, new PrepareOptions(true, false))) {
            assertThat(steps.next()).isPresent();
        }
    }

    @Test
    void writesUpToTheEndOfTheContext() throws InterruptedException {
        Decoding whole = Decoding.greedy(40).with(new Decoding.Length(40, 40));
        Writing written = Writing.of(captions, Prompt.of(Task.CAPTION, List.of(PICTURE)), whole);
        assertThat(written.tokens()).hasSize(40);
        assertThat(written.end().reason()).isEqualTo(FinishReason.LENGTH);
    }

    @Test
    void namesContinuationsThatCannotBe() {
        Prompt prompt = Prompt.of(Task.CAPTION, List.of(PICTURE));
        assertRefused(
                () -> captions.score(prompt, List.of(TEXT, LONG), PrepareOptions.DEFAULT),
                Reason.TOO_LONG,
                "continuations[1]: tokens: 42 (expected: <= 40)");
        assertRefused(
                () -> captions.score(prompt, List.of(new Text("\n")), PrepareOptions.DEFAULT),
                Reason.INVALID_INPUT,
                "continuations[0]: text: blank (expected: a character that is not white space)");
        Prompt begun = prompt.beginning("a picture of");
        Text nearlyLong = new Text("r ".repeat(38));
        assertRefused(
                () -> captions.score(begun, List.of(nearlyLong), PrepareOptions.DEFAULT),
                Reason.TOO_LONG,
                "continuations[0]: tokens: 39 (expected: <= 37, by a context of 40 and a prompt of 4)");
    }

    @Test
    void namesSettingsThatTheModelCannotFollow() {
        Prompt prompt = Prompt.of(Task.CAPTION, List.of(PICTURE));
        assertRefused(
                () -> captions.generate(
                        prompt, GREEDY.with(new Stop(List.of(), List.of(3, 157))), PrepareOptions.DEFAULT),
                Reason.INVALID_INPUT,
                "stop_tokens[1]: 157 (expected: 0 to 156)");
        try (WritingModel narrow = WritingModel.load(
                Goldens.spec(Goldens.FOLDER.resolve("blip-caption"), "slots", "2"), WritingModel.Kind.CAPTIONS)) {
            assertRefused(
                    () -> narrow.generate(prompt, GREEDY.with(new Beams(3, 1, false)), PrepareOptions.DEFAULT),
                    Reason.TOO_LONG,
                    "rows: 3 (expected: <= 2)");
        }
    }

    @Test
    void endsThoughAStopTextNeverComes() throws InterruptedException {
        Decoding decoding = GREEDY.with(new Stop(List.of("no such text"), List.of()));
        Writing written = Writing.of(captions, Prompt.of(Task.CAPTION, List.of(PICTURE)), decoding);
        assertThat(written.end().reason()).isIn(FinishReason.LENGTH, FinishReason.STOP);
        assertThat(written.text()).isNotEmpty();
    }

    private static void assertRefused(WritingModel model, Task task, String message, Content... contents) {
        Prompt prompt = Prompt.of(task, List.of(contents));
        assertRefused(() -> model.generate(prompt, GREEDY, PrepareOptions.DEFAULT), Reason.INVALID_INPUT, message);
        assertRefused(() -> model.score(prompt, List.of(TEXT), PrepareOptions.DEFAULT), Reason.INVALID_INPUT, message);
    }

    private static void assertRefused(ThrowingCallable call, Reason reason, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessage(message);
    }
}
