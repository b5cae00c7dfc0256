package dev.sensorium.plugin.flamingo;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sensorium.spi.Audio;
import dev.sensorium.spi.Content;
import dev.sensorium.spi.Decoding;
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
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Prompts that cannot be read say what is wrong with them, before anything is computed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadPromptTest {

    private static final Image PICTURE = Samples.picture(Color.RED, 20, 30);
    private static final Text TEXT = new Text("what is this?");

    private FlamingoModel model;

    @BeforeAll
    void load() {
        model = FlamingoModel.load(Goldens.spec(Goldens.FOLDER.resolve("idefics-chat-fp16"), "max_pictures", "3"));
    }

    @AfterAll
    void close() {
        model.close();
    }

    @Test
    void holdsWhatItsTaskNeeds() {
        assertRefused(Task.CAPTION, "contents: no IMAGE or VIDEO (expected: one)", TEXT);
        assertRefused(Task.ANSWER, "contents: no IMAGE or VIDEO (expected: one)", TEXT);
        assertRefused(Task.ANSWER, "contents: no TEXT (expected: one, the question)", PICTURE);
        Audio sound = new Audio(ByteBuffer.allocate(4));
        assertRefused(Task.GENERATE, "contents[1]: AUDIO (expected: TEXT, IMAGE or VIDEO)", TEXT, sound);
    }

    @Test
    void holdsWhatCanBeRead() {
        String blank = "contents[1]: text: blank (expected: a character that is not white space)";
        assertRefused(Task.ANSWER, blank, PICTURE, new Text(" "));
        assertRefused(
                Task.ANSWER,
                "contents[1]: text: \"<image>\" or \"<fake_token_around_image>\" in it (expected: pictures as contents of"
                        + " their own)",
                PICTURE,
                new Text("a <image>"));
        Video empty = new Video.Frames(List.of());
        assertRefused(Task.CAPTION, "contents[0]: video: 0 frames (expected: >= 1)", empty);
        assertThatThrownBy(() -> ask(Task.CAPTION, Image.of(new byte[] {1, 2, 3})))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith("contents[0]: ");
    }

    @Test
    void holdsNotMoreThanThereIsRoomFor() {
        assertTooLong(
                "pictures: 4, frames of videos included (expected: <= 3)", TEXT, PICTURE, PICTURE, PICTURE, PICTURE);
        assertTooLong(
                "pictures: 8, frames of videos included (expected: <= 3)",
                TEXT,
                new Video.Frames(Collections.nCopies(9, PICTURE)));
        assertThatThrownBy(() -> ask(Task.ANSWER, PICTURE, new Text("why ".repeat(200))))
                .hasMessageMatching("contents\\[1]: tokens: \\d+ in the whole prompt \\(expected: <= 160\\)");
        assertThatThrownBy(() -> model.generate(
                        Prompt.of(Task.ANSWER, List.of(PICTURE, TEXT)), Decoding.greedy(160), PrepareOptions.DEFAULT))
                .hasMessageMatching(
                        "max_tokens: 160 \\(expected: <= \\d+, by a context of 160 and a prompt of \\d+\\)");
    }

    @Test
    void hasExamplesOfAQuestionAndAnAnswer() {
        Turn user = new Turn(Role.USER, List.of(PICTURE, TEXT));
        Turn answer = new Turn(Role.MODEL, List.of(new Text("dax")));
        assertTurns("turns[1].role: USER (expected: MODEL)", user, user);
        assertTurns("turns[0].role: MODEL (expected: USER)", answer, user);
        assertTurns("turns[0].role: SYSTEM (expected: USER)", new Turn(Role.SYSTEM, List.of(TEXT)), user);
        assertTurns(
                "contents[2]: a picture in the model's turn (expected: TEXT)",
                user,
                new Turn(Role.MODEL, List.of(PICTURE)),
                user);
        assertTurns(
                "contents[3]: no TEXT here or later (expected: one, the question)",
                user,
                answer,
                new Turn(Role.USER, List.of(PICTURE)));
    }

    private void ask(Task task, Content... contents) {
        model.generate(Prompt.of(task, List.of(contents)), Decoding.greedy(3), PrepareOptions.DEFAULT)
                .close();
    }

    private void assertRefused(Task task, String message, Content... contents) {
        assertThatThrownBy(() -> ask(task, contents))
                .isInstanceOf(ModelException.class)
                .hasMessage(message)
                .extracting(e -> ((ModelException) e).reason())
                .isEqualTo(Reason.INVALID_INPUT);
    }

    private void assertTooLong(String message, Content... contents) {
        assertThatThrownBy(() -> ask(Task.ANSWER, contents))
                .isInstanceOf(ModelException.class)
                .hasMessage(message)
                .extracting(e -> ((ModelException) e).reason())
                .isEqualTo(Reason.TOO_LONG);
    }

    private void assertTurns(String message, Turn... turns) {
        Prompt prompt = new Prompt(Task.ANSWER, new ArrayList<>(List.of(turns)), "");
        assertThatThrownBy(() -> model.generate(prompt, Decoding.greedy(3), PrepareOptions.DEFAULT))
                .isInstanceOf(ModelException.class)
                .hasMessage(message);
    }
}
