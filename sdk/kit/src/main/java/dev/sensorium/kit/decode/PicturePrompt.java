package dev.sensorium.kit.decode;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Prompt.Role;
import dev.sensorium.spi.Prompt.Task;
import dev.sensorium.spi.Text;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The contents of a prompt of one picture and at most one text, in any order. */
public final class PicturePrompt {

    /** What such a prompt may hold. */
    public static final Set<Modality> MODALITIES = Set.of(Modality.IMAGE, Modality.TEXT);

    private final List<Content> contents;
    private final int image;
    private final int text;

    private PicturePrompt(List<Content> contents, int image, int text) {
        this.contents = contents;
        this.image = image;
        this.text = text;
    }

    /**
     * Takes a prompt apart.
     *
     * @param tasks what it may ask for
     * @throws ModelException INVALID_INPUT if it asks for something else, or is no such prompt
     */
    public static PicturePrompt of(Prompt prompt, Set<Task> tasks) {
        requireTask(prompt, tasks);
        List<Content> contents = prompt.contents();
        for (int i = 0; i < contents.size(); i++) {
            Modality modality = contents.get(i).modality();
            if (!MODALITIES.contains(modality)) {
                throw invalid("%s (expected: IMAGE or TEXT)".formatted(modality))
                        .at("contents[%d]".formatted(i));
            }
        }
        int image = only(Modality.IMAGE, contents);
        if (image < 0) {
            throw invalid("no IMAGE (expected: one)").at("contents");
        }
        return new PicturePrompt(contents, image, only(Modality.TEXT, contents));
    }

    /** Returns what is made of the picture; what is thrown names its place. */
    public <T> T picture(Function<Image, T> reader) {
        return Place.named("contents", image, () -> reader.apply((Image) contents.get(image)));
    }

    /** Returns what is made of the text, if there is one; what is thrown names its place. */
    public <T> Optional<T> text(Function<Text, T> reader) {
        return text < 0
                ? Optional.empty()
                : Optional.of(Place.named("contents", text, () -> reader.apply((Text) contents.get(text))));
    }

    private static void requireTask(Prompt prompt, Set<Task> tasks) {
        if (!tasks.contains(prompt.task())) {
            throw invalid("task: %s (expected: one of %s)"
                    .formatted(prompt.task(), tasks.stream().sorted().toList()));
        }
        if (prompt.turns().size() > 1) {
            throw invalid("%d (expected: 1)".formatted(prompt.turns().size())).at("turns");
        }
        Role role = prompt.turns().get(0).role();
        if (role != Role.USER) {
            throw invalid("%s (expected: USER)".formatted(role)).at("turns[0].role");
        }
    }

    /** Returns the place of the only content of this modality; -1 if there is none. */
    private static int only(Modality modality, List<Content> contents) {
        int place = -1;
        for (int i = 0; i < contents.size(); i++) {
            if (contents.get(i).modality() != modality) {
                continue;
            }
            if (place >= 0) {
                throw invalid("a second %s (expected: one)".formatted(modality)).at("contents[%d]".formatted(i));
            }
            place = i;
        }
        return place;
    }

    private static ModelException invalid(String message) {
        return new ModelException(Reason.INVALID_INPUT, message);
    }
}
