package dev.sensorium.kit.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The ids of difficult strings are those of transformers.
 *
 * <p>With {@code -Dsensorium.clip.merges=<bpe_simple_vocab_16e6.txt.gz>} the published vocabulary is tested as well.
 */
final class TokenizerParityTest {

    private static final int CONTEXT = 77;

    interface Opening {
        Tokenizer open(Path temporary) throws IOException;
    }

    static List<Arguments> tokenizers() {
        List<Arguments> tokenizers = new ArrayList<>();
        Opening json = temporary -> Tokenizer.open(TokenizerGoldens.FOLDER);
        tokenizers.add(Arguments.of("tokenizer.json", json, "strings.json"));
        Opening slowFiles = temporary -> {
            for (String file : List.of("vocab.json", "merges.txt")) {
                Files.copy(TokenizerGoldens.FOLDER.resolve(file), temporary.resolve(file));
            }
            return Tokenizer.open(temporary);
        };
        tokenizers.add(Arguments.of("vocab.json and merges.txt", slowFiles, "strings.json"));
        String published = System.getProperty("sensorium.clip.merges");
        if (published != null) {
            Opening merges = temporary -> Tokenizer.ofClipMerges(Path.of(published));
            tokenizers.add(Arguments.of("published merges", merges, "full_vocabulary_ids.json"));
        }
        return tokenizers;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tokenizers")
    void givesTheIdsOfTheReference(String name, Opening opening, String goldens, @TempDir Path temporary)
            throws IOException {
        List<TokenizerGoldens.Case> cases = TokenizerGoldens.read(TokenizerGoldens.FOLDER.resolve(goldens));
        assertThat(cases).hasSizeGreaterThanOrEqualTo(200);
        try (Tokenizer tokenizer = opening.open(temporary)) {
            for (TokenizerGoldens.Case golden : cases) {
                assertThat(tokenizer.encode(golden.text())).as(golden.text()).containsExactly(golden.ids());
                assertThat(tokenizer.encode(golden.text(), CONTEXT, true))
                        .as(golden.text())
                        .containsExactly(Arrays.copyOf(golden.padded(), golden.length()));
            }
        }
    }
}
