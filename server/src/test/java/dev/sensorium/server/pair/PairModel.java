package dev.sensorium.server.pair;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.Matcher;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelCard;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Text;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A matcher of texts and pictures with texts: scores are differences, of a text's length and of the sum of a picture's bytes. */
final class PairModel implements Model, Matcher {

    @Override
    public ModelCard card() {
        return new ModelCard("Pair", 0, "float32", "its own reference, exactly", Map.of());
    }

    @Override
    public Set<Modality> matchable() {
        return Set.of(Modality.TEXT, Modality.IMAGE);
    }

    @Override
    public Normalization normalization() {
        return Normalization.SIGMOID;
    }

    @Override
    public float[][] match(List<? extends Content> contents, List<Text> texts, PrepareOptions options) {
        requireContextClassLoader();
        float[][] scores = new float[contents.size()][texts.size()];
        for (int i = 0; i < scores.length; i++) {
            for (int j = 0; j < scores[i].length; j++) {
                scores[i][j] = length(contents.get(i), "contents", i) - length(texts.get(j), "texts", j);
            }
        }
        return scores;
    }

    private static int length(Content content, String list, int index) {
        if (content instanceof Image image) {
            return sum(image.encoded());
        }
        String value = content instanceof Text text ? text.value() : "";
        if (value.contains("refused")) {
            throw new ModelException(Reason.INVALID_INPUT, "refused (expected: another)")
                    .at("%s[%d]".formatted(list, index));
        }
        return value.length();
    }

    private static int sum(ByteBuffer bytes) {
        int sum = 0;
        while (bytes.hasRemaining()) {
            sum += bytes.get() & 0xff;
        }
        return sum;
    }

    private static void requireContextClassLoader() {
        if (Thread.currentThread().getContextClassLoader() != PairModel.class.getClassLoader()) {
            throw new IllegalStateException("the context class loader is not the plugin's");
        }
    }

    @Override
    public void close() {}
}
