package dev.sensorium.client;

import dev.sensorium.client.Content.Digest;
import dev.sensorium.client.Content.Frames;
import dev.sensorium.client.Content.Text;
import dev.sensorium.client.Content.VideoFile;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** The checks that are cheap enough to make before a request goes out; each failure names the field. */
final class Checks {

    private static final int MAX_ID_BYTES = 1_024;
    private static final int MAX_REQUEST_BYTES = 64 << 20;
    private static final int MOST_PER_SECOND = 1_000;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern PLACE = Pattern.compile("\\{}");

    private Checks() {}

    static void contents(List<? extends Content> contents) {
        notEmpty("contents", contents);
        long bytes = 0;
        for (int i = 0; i < contents.size(); i++) {
            content("contents[" + i + "]", contents.get(i));
            bytes += size(contents.get(i));
        }
        fits("contents", bytes);
    }

    static void content(Content content) {
        content("content", content);
        fits("content", size(content));
    }

    static void turns(List<Turn> turns) {
        notEmpty("turns", turns);
        long bytes = 0;
        for (int i = 0; i < turns.size(); i++) {
            List<Content> contents = turns.get(i).contents();
            notEmpty("turns[" + i + "].contents", contents);
            for (int k = 0; k < contents.size(); k++) {
                content("turns[" + i + "].contents[" + k + "]", contents.get(k));
                bytes += size(contents.get(k));
            }
        }
        fits("turns", bytes);
        int last = turns.size() - 1;
        if (turns.get(last).role() == Turn.Role.MODEL) {
            throw Errors.invalid("turns[" + last + "].role", "MODEL (expected: another, as the model's turn is next)");
        }
    }

    static void decoding(Decoding decoding) {
        wellFormed("decoding.bad_words", decoding.rules().badWords());
        wellFormed("decoding.allowed_texts", decoding.rules().allowedTexts());
        wellFormed("decoding.stop_texts", decoding.stop().texts());
    }

    static void texts(String field, List<String> texts) {
        notEmpty(field, texts);
        for (int i = 0; i < texts.size(); i++) {
            text(field + "[" + i + "]", texts.get(i));
        }
    }

    static void templates(List<String> templates) {
        for (int i = 0; i < templates.size(); i++) {
            long places = PLACE.matcher(templates.get(i)).results().count();
            if (places != 1) {
                String field = "prompt_templates.list.templates[" + i + "]";
                throw Errors.invalid(field, places + " places \"{}\" (expected: exactly 1)");
            }
        }
    }

    static void item(Item item) {
        int bytes = item.id().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_ID_BYTES) {
            throw Errors.invalid("items[0].id", bytes + " bytes (expected: <= " + MAX_ID_BYTES + ")");
        }
        content("items[0].content", item.content());
        fits("items[0].content", size(item.content()));
    }

    private static void content(String field, Content content) {
        if (content instanceof Text text) {
            text(field + ".text", text.value());
        } else if (content instanceof Frames video) {
            notEmpty(field + ".video.frames.images", video.pictures());
            rate(field + ".video.frames.frame_rate", video.frameRate());
            rate(field + ".video.sample_rate", video.sampleRate());
            if (video.sampleRate().isPresent() && video.frameRate().isEmpty()) {
                throw Errors.invalid(
                        field + ".video.frames.frame_rate",
                        "not set (expected: the frames of a second, as sample_rate is set)");
            }
        } else if (content instanceof Digest digest
                && !SHA256.matcher(digest.sha256()).matches()) {
            throw Errors.invalid(
                    field + ".digest.sha256",
                    "\"" + digest.sha256() + "\" (expected: 64 lower-case hexadecimal characters)");
        } else if (content instanceof Digest digest) {
            rate(field + ".digest.sample_rate", digest.sampleRate());
        } else if (size(content) == 0) {
            throw Errors.invalid(field, "0 bytes (expected: an encoded file)");
        } else if (content instanceof VideoFile video) {
            rate(field + ".video.sample_rate", video.sampleRate());
        }
    }

    private static void rate(String field, OptionalDouble rate) {
        if (rate.isPresent() && !(rate.getAsDouble() > 0 && rate.getAsDouble() <= MOST_PER_SECOND)) {
            throw Errors.invalid(field, "%s (expected: > 0 and <= %d)".formatted(rate.getAsDouble(), MOST_PER_SECOND));
        }
    }

    static void text(String field, String text) {
        if (text.isBlank()) {
            throw Errors.invalid(field, "blank (expected: a character that is not white space)");
        }
        wellFormed(field, text);
    }

    private static void wellFormed(String field, List<String> texts) {
        for (int i = 0; i < texts.size(); i++) {
            wellFormed(field + "[" + i + "]", texts.get(i));
        }
    }

    static void wellFormed(String field, String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw Errors.invalid(field, "an unpaired surrogate (expected: well-formed UTF-16)");
        }
    }

    private static void notEmpty(String field, List<?> values) {
        if (values.isEmpty()) {
            throw Errors.invalid(field, "0 (expected: >= 1)");
        }
    }

    private static void fits(String field, long bytes) {
        if (bytes > MAX_REQUEST_BYTES) {
            throw Errors.invalid(
                    field, bytes + " bytes (expected: <= " + MAX_REQUEST_BYTES + "; upload larger content)");
        }
    }

    /** Returns about how many bytes a content takes in a request. */
    static long size(Content content) {
        if (content instanceof Content.Picture picture) {
            return picture.encoded().remaining();
        } else if (content instanceof Content.VideoFile video) {
            return video.encoded().remaining();
        } else if (content instanceof Content.Sound sound) {
            return sound.encoded().remaining();
        } else if (content instanceof Frames video) {
            return video.pictures().stream().mapToLong(Checks::size).sum();
        } else if (content instanceof Text text) {
            return text.value().length();
        }
        return 0;
    }
}
