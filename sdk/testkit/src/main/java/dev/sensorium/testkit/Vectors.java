package dev.sensorium.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.Embedder;
import dev.sensorium.spi.Embedder.Prepared;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Text;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Embeddings, one by one and in batches. */
final class Vectors {

    private Vectors() {}

    static float[] embed(Embedder embedder, Content content) {
        return embed(embedder, List.of(content)).get(0);
    }

    /** Embeds contents of one group. */
    static List<float[]> embed(Embedder embedder, List<Content> contents) {
        List<Prepared> batch = contents.stream()
                .map(content -> embedder.prepare(content, PrepareOptions.DEFAULT))
                .toList();
        return embedder.embed(batch);
    }

    /** Returns the contents by the batch group that they are prepared to. */
    static Collection<List<Content>> groups(Embedder embedder, List<Content> contents) {
        Map<Object, List<Content>> groups = new LinkedHashMap<>();
        for (Content content : contents) {
            Object group = embedder.prepare(content, PrepareOptions.DEFAULT).group();
            groups.computeIfAbsent(group, key -> new ArrayList<>()).add(content);
        }
        return groups.values();
    }

    static List<Float> list(float[] vector) {
        List<Float> list = new ArrayList<>(vector.length);
        for (float value : vector) {
            list.add(value);
        }
        return list;
    }

    static String name(Content content) {
        return content instanceof Text text
                ? "\"" + text.value() + "\""
                : content.modality().toString();
    }

    static void assertEmbeddedOrRefusedAsInvalid(Embedder embedder, Text text) {
        try {
            assertThat(list(embed(embedder, text)))
                    .as("embedding of %s (a model may also refuse it)", name(text))
                    .allMatch(Float::isFinite);
        } catch (ModelException e) {
            assertThat(e.reason())
                    .as("reason for the refusal of %s", name(text))
                    .isEqualTo(Reason.INVALID_INPUT);
        }
    }
}
