package dev.sensorium.plugin.dalle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextNormalizerTest {

    private final TextNormalizer normalizer = new TextNormalizer(EmojiNames.load());

    @Test
    void makesOfAsciiWhatTheReferenceMakesOfIt() throws IOException {
        JsonNode golden = new JsonMapper()
                .readTree(Goldens.FOLDER.resolve("tokenizer/normalized.json").toFile());
        assertThat(golden).hasSizeGreaterThanOrEqualTo(20);
        for (Map.Entry<String, JsonNode> entry : golden.properties()) {
            assertThat(normalizer.apply(entry.getKey()))
                    .as(entry.getKey())
                    .isEqualTo(entry.getValue().textValue());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ein Café, ' ein cafe'",
        "I ❤️ you, ' i, red heart, you'",
        "#sunset over #LakeComo, ' sunset over lakecomo'",
        "caf&eacute; &#233;t&#xE9;, ' caf & eacute, ete'",
        "日本, ' '",
    })
    void keepsWhatItCanOfTheRest(String text, String expected) {
        assertThat(normalizer.apply(text)).isEqualTo(expected);
    }
}
