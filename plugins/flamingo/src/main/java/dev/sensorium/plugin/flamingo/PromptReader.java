package dev.sensorium.plugin.flamingo;

import dev.sensorium.kit.decode.Opening;
import dev.sensorium.kit.decode.PictureSource;
import dev.sensorium.kit.decode.Place;
import dev.sensorium.kit.decode.Source;
import dev.sensorium.kit.image.SampledFrames;
import dev.sensorium.spi.Content;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Prompt.Role;
import dev.sensorium.spi.Prompt.Task;
import dev.sensorium.spi.Prompt.Turn;
import dev.sensorium.spi.Text;
import dev.sensorium.spi.Video;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads prompts of pictures, videos and texts in any order, whose earlier turns are examples.
 *
 * <p>A prompt to go on from is taken as it is where a checkpoint was trained on plain text. All others are conversations:
 * "User: what is this?", the picture, "Assistant: a dog". What is asked stands before the pictures that it is about, where
 * the task tells which this is.
 */
final class PromptReader {

    /** What prompts may hold. */
    static final Set<Modality> MODALITIES = Set.of(Modality.TEXT, Modality.IMAGE, Modality.VIDEO);

    /** What captions are asked for with, in the words of the published checkpoints' own examples. */
    private static final String DESCRIBE = "Describe this image.";

    private final Readers readers;
    private final int pictureStates;

    PromptReader(Readers readers, int pictureStates) {
        this.readers = readers;
        this.pictureStates = pictureStates;
    }

    /**
     * What the decoder begins with.
     *
     * @param opening its tokens, and what they see
     * @param before the tokens that what is generated goes on from within a word or a sentence
     * @param videos for each video, what of it is in there
     */
    @SuppressWarnings("ArrayRecordComponent") // goes straight to the network, never compared
    record Beginning(Opening opening, int[] before, List<Video.Sample> videos) {}

    /**
     * Reads a prompt.
     *
     * @throws ModelException INVALID_INPUT or TOO_LONG
     */
    Beginning read(Prompt prompt, PrepareOptions options) {
        requireTurns(prompt);
        SpecialTokens tokens = readers.tokens();
        PromptText text = new PromptText(tokens.begin(), tokens.conversational());
        List<Source> pictures = new ArrayList<>();
        List<Video.Sample> videos = new ArrayList<>();
        boolean plain = isPlain(prompt);
        int place = 0;
        for (Turn turn : prompt.turns()) {
            List<Part> parts = parts(turn, place, options);
            parts.forEach(part -> part.video().ifPresent(videos::add));
            if (plain) {
                add(parts, text, pictures);
            } else {
                addTurn(prompt.task(), turn, place, parts, text, pictures);
            }
            place += turn.contents().size();
        }
        if (!plain) {
            text.model();
        }
        return begin(prompt, text, pictures, videos);
    }

    /** A content of a turn: a text, or pictures side by side, which may be those of a video. */
    private record Part(String text, List<Source> pictures, Optional<Video.Sample> video) {

        Part(String text) {
            this(text, List.of(), Optional.empty());
        }

        boolean isText() {
            return pictures.isEmpty();
        }
    }

    private List<Part> parts(Turn turn, int place, PrepareOptions options) {
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < turn.contents().size(); i++) {
            Content content = turn.contents().get(i);
            parts.add(Place.named("contents", place + i, () -> part(content, options)));
        }
        return parts;
    }

    private Part part(Content content, PrepareOptions options) {
        if (content instanceof Text text) {
            return new Part(readers.text(text));
        }
        if (content instanceof Image image) {
            Source picture = source(readers.images().pixels(image, options));
            return new Part("", List.of(picture), Optional.empty());
        }
        if (content instanceof Video video) {
            SampledFrames frames = readers.videos().frames(video, options);
            return new Part("", frames.pixels().stream().map(this::source).toList(), Optional.of(frames.sample()));
        }
        throw invalid("%s (expected: TEXT, IMAGE or VIDEO)".formatted(content.modality()));
    }

    private Source source(float[] pixels) {
        return PictureSource.of(pixels, pictureStates);
    }

    private void addTurn(Task task, Turn turn, int place, List<Part> parts, PromptText text, List<Source> pictures) {
        if (turn.role() == Role.MODEL) {
            requireText(place, parts);
            text.model();
            add(parts, text, pictures);
        } else {
            text.user();
            add(ordered(task, place, parts), text, pictures);
        }
        text.end();
    }

    /** Returns the parts in the order in which a model is asked. */
    private static List<Part> ordered(Task task, int place, List<Part> parts) {
        if (task == Task.GENERATE) {
            return parts;
        }
        List<Part> asked = new ArrayList<>(parts.stream().filter(Part::isText).toList());
        List<Part> seen = parts.stream().filter(part -> !part.isText()).toList();
        if (seen.isEmpty()) {
            throw missing(place, "IMAGE or VIDEO", "one");
        }
        if (task == Task.CAPTION && asked.isEmpty()) {
            asked.add(new Part(DESCRIBE));
        }
        if (asked.isEmpty()) {
            throw missing(place, "TEXT", "one, the question");
        }
        asked.addAll(seen);
        return asked;
    }

    private static ModelException missing(int place, String what, String expectation) {
        return place == 0
                ? invalid("no %s (expected: %s)".formatted(what, expectation)).at("contents")
                : invalid("no %s here or later (expected: %s)".formatted(what, expectation))
                        .at("contents[%d]".formatted(place));
    }

    private static void add(List<Part> parts, PromptText text, List<Source> pictures) {
        for (Part part : parts) {
            if (part.isText()) {
                text.text(part.text());
            }
            part.pictures().forEach(picture -> text.picture());
            pictures.addAll(part.pictures());
        }
    }

    private Beginning begin(Prompt prompt, PromptText text, List<Source> pictures, List<Video.Sample> videos) {
        if (pictures.size() > readers.mostPictures()) {
            throw new ModelException(
                    Reason.TOO_LONG,
                    "pictures: %d, frames of videos included (expected: <= %d)"
                            .formatted(pictures.size(), readers.mostPictures()));
        }
        boolean plain = isPlain(prompt);
        String asked = text.toString();
        int[] before = plain ? readers.ids(asked) : new int[0];
        if (!prompt.prefix().isEmpty()) {
            String prefix = Place.named("prefix", () -> readers.text(new Text(prompt.prefix())));
            text.beginning(prefix);
            before = readers.ids(plain ? text.toString() : prefix);
        }
        int[] ids = readers.ids(text.toString());
        if (ids.length > readers.context()) {
            throw new ModelException(
                            Reason.TOO_LONG,
                            "tokens: %d in the whole prompt (expected: <= %d)".formatted(ids.length, readers.context()))
                    .at("contents[%d]".formatted(longest(prompt.contents())));
        }
        Opening opening = new Opening(ids, new SightSource(pictures, pictureStates), readers.views(ids));
        return new Beginning(opening, before, videos);
    }

    /** Returns whether a prompt is to be gone on from as it is. */
    private boolean isPlain(Prompt prompt) {
        return prompt.task() == Task.GENERATE
                && prompt.turns().size() == 1
                && !readers.tokens().conversational();
    }

    /** Returns the place of the longest text, or of the last content if there is none. */
    private static int longest(List<Content> contents) {
        int place = contents.size() - 1;
        int most = 0;
        for (int i = 0; i < contents.size(); i++) {
            if (contents.get(i) instanceof Text text && text.value().length() > most) {
                most = text.value().length();
                place = i;
            }
        }
        return place;
    }

    private static void requireTurns(Prompt prompt) {
        Role expected = Role.USER;
        for (int i = 0; i < prompt.turns().size(); i++) {
            Role role = prompt.turns().get(i).role();
            if (role != expected) {
                throw invalid("%s (expected: %s)".formatted(role, expected)).at("turns[%d].role".formatted(i));
            }
            expected = role == Role.USER ? Role.MODEL : Role.USER;
        }
    }

    private static void requireText(int place, List<Part> parts) {
        if (!parts.stream().allMatch(Part::isText)) {
            throw invalid("a picture in the model's turn (expected: TEXT)").at("contents[%d]".formatted(place));
        }
    }

    private static ModelException invalid(String message) {
        return new ModelException(Reason.INVALID_INPUT, message);
    }
}
