package dev.sensorium.kit.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** BERT's tokenizer gives the ids and texts of transformers, from either form of its files. */
final class WordPieceTest {

    private static final int LIMIT = 512;
    private static final int CONTEXT = 35;

    private final Path folder;

    WordPieceTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokenizer.json", "vocab.txt"})
    void givesTheIdsAndTextsOfTheReference(String file) throws IOException {
        copy(file);
        copy("tokenizer_config.json");
        List<TokenizerGoldens.Case> cases = TokenizerGoldens.read(TokenizerGoldens.WORDPIECE.resolve("strings.json"));
        assertThat(cases).hasSizeGreaterThanOrEqualTo(200);
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            for (TokenizerGoldens.Case golden : cases) {
                assertThat(tokenizer.encode(golden.text(), LIMIT, true))
                        .as(golden.text())
                        .containsExactly(golden.ids());
                assertThat(tokenizer.encode(golden.text(), CONTEXT, true))
                        .as(golden.text())
                        .containsExactly(Arrays.copyOf(golden.padded(), golden.length()));
                assertThat(tokenizer.decode(golden.ids())).as(golden.text()).isEqualTo(golden.decoded());
            }
        }
    }

    @Test
    void numbersTokensThatTheListLacks() throws IOException {
        write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n");
        write(
                "tokenizer_config.json",
                "{\"bos_token\": {\"content\": \"[DEC]\"}, \"extra_special_tokens\": [\"[ENC]\"]}");
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            assertThat(tokenizer.vocabulary()).isEqualTo(8);
            assertThat(tokenizer.id("[DEC]")).hasValue(6);
            assertThat(tokenizer.encode("[DEC] A [ENC]")).containsExactly(2, 6, 5, 7, 3);
        }
    }

    @Test
    void needsNoConfiguration() throws IOException {
        write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\ne\n");
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            assertThat(tokenizer.encode("É e E ee")).containsExactly(2, 5, 5, 5, 1, 3);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | 2 5 5 5 5 1 1 3",
                "{\"do_lower_case\": false} | 2 5 6 1 1 1 1 3",
                "{\"strip_accents\": false} | 2 5 6 5 6 1 1 3",
                "{\"do_lower_case\": false, \"strip_accents\": true} | 2 5 5 1 1 1 1 3",
                "{\"tokenize_chinese_chars\": false} | 2 5 5 5 5 7 3",
            })
    void doesAsItsConfigurationSays(String config, String ids) throws IOException {
        write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\ne\né\n日本\n");
        write("tokenizer_config.json", config);
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            int[] expected =
                    Arrays.stream(ids.split(" ")).mapToInt(Integer::parseInt).toArray();
            assertThat(tokenizer.encode("e é E É 日本")).containsExactly(expected);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[PAD] [UNK] [CLS] [MASK] a | {} | vocab.txt: [SEP] is missing",
                "[PAD] [UNK] [CLS] [SEP] [MASK] | {\"sep_token\": \"</s>\"} | vocab.txt: </s> is missing",
                "[PAD] [UNK] [CLS] [SEP] [MASK] | {\"do_lower_case\": 1} | tokenizer_config.json: do_lower_case: 1 (expected: true or false)",
                "[PAD] [UNK] [CLS] [SEP] [MASK] | 7 | tokenizer_config.json: not a JSON object",
            })
    void saysWhatIsWrong(String tokens, String config, String message) throws IOException {
        write("vocab.txt", tokens.replace(' ', '\n'));
        write("tokenizer_config.json", config);
        assertThatThrownBy(() -> Tokenizer.open(folder))
                .isInstanceOf(ModelException.class)
                .hasMessage(message)
                .extracting(e -> ((ModelException) e).reason())
                .isEqualTo(Reason.INVALID_CHECKPOINT);
    }

    private void copy(String file) throws IOException {
        Files.copy(TokenizerGoldens.WORDPIECE.resolve(file), folder.resolve(file));
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
    }
}
