package dev.sensorium.plugin.dalle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same ids as min-dalle's tokenizer. */
class TokenizerParityTest {

    private static final Path FOLDER = Goldens.FOLDER.resolve("tokenizer");

    private final TextTokenizer tokenizer = TextTokenizer.read(FOLDER, 1000, EmojiNames.load());

    @ParameterizedTest
    @CsvSource({"texts, ids, 200", "emoji_texts, emoji_ids, 10"})
    void textsGiveTheReferencesIds(String texts, String ids, int least) throws IOException {
        JsonNode golden =
                new JsonMapper().readTree(FOLDER.resolve("golden.json").toFile());
        JsonNode expected = golden.get(ids);
        assertThat(expected.size())
                .isGreaterThanOrEqualTo(least)
                .isEqualTo(golden.get(texts).size());
        for (int i = 0; i < expected.size(); i++) {
            String text = golden.get(texts).get(i).textValue();
            List<Integer> wanted =
                    expected.get(i).valueStream().map(JsonNode::intValue).toList();
            assertThat(tokenizer.ids(tokenizer.words(text))).as(text).containsExactly(array(wanted));
        }
    }

    private static int[] array(List<Integer> ids) {
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }
}
