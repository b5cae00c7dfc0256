package dev.sensorium.kit.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.util.Utils;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenizerTest {

    private static final Path GOLDEN = TokenizerGoldens.FOLDER;

    private final Path folder;

    TokenizerTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void refusesTextOfTooManyTokens() {
        try (Tokenizer tokenizer = Tokenizer.open(GOLDEN)) {
            String text = "7".repeat(76);
            assertThat(tokenizer.encode(text)).hasSize(78);
            assertThat(tokenizer.encode("7".repeat(75), 77, false)).hasSize(77);
            assertThatThrownBy(() -> tokenizer.encode(text, 77, false))
                    .hasMessage("tokens: 78 (expected: <= 77)")
                    .extracting(e -> ((ModelException) e).reason())
                    .isEqualTo(Reason.TOO_LONG);
        }
    }

    @Test
    void cutsTextButNotItsEnd() {
        try (Tokenizer tokenizer = Tokenizer.open(GOLDEN)) {
            int[] ids = tokenizer.encode("a photo of a cat");
            int[] cut = tokenizer.encode("a photo of a cat", 4, true);
            assertThat(cut).containsExactly(ids[0], ids[1], ids[2], ids[ids.length - 1]);
            assertThat(tokenizer.encode("a photo of a cat", 1, true)).containsExactly(ids[ids.length - 1]);
        }
    }

    @Test
    void cutsTextThatNamesSpecialTokens() {
        try (Tokenizer tokenizer = Tokenizer.open(GOLDEN)) {
            int end = tokenizer.id("<|endoftext|>").orElseThrow();
            int[] cut = tokenizer.encode("cat <|endoftext|><|endoftext|>", 4, true);
            assertThat(cut[2]).isEqualTo(end);
            assertThat(cut[3]).isEqualTo(end);
            assertThat(cut).hasSize(4);
        }
    }

    @Test
    void refusesTextThatOnlyCostsMemory() {
        try (Tokenizer tokenizer = Tokenizer.open(GOLDEN)) {
            assertThatThrownBy(() -> tokenizer.encode("a".repeat((1 << 20) + 1), 77, true))
                    .hasMessage("text: 1048577 characters (expected: <= 1048576)")
                    .extracting(e -> ((ModelException) e).reason())
                    .isEqualTo(Reason.TOO_LONG);
            assertThat(tokenizer.encode("a ".repeat(1 << 19), 77, true)).hasSize(77);
        }
    }

    @Test
    void knowsSpecialTokensAndItsSize() {
        try (Tokenizer tokenizer = Tokenizer.open(GOLDEN)) {
            assertThat(tokenizer.id("<|startoftext|>")).hasValue(2512);
            assertThat(tokenizer.id("<|endoftext|>")).hasValue(2513);
            assertThat(tokenizer.id("<|pad|>")).isEmpty();
            assertThat(tokenizer.vocabulary()).isEqualTo(2514);
        }
    }

    @Test
    void leavesOutStartAndEndIfAsked() {
        try (Tokenizer tokenizer = Tokenizer.open(GOLDEN)) {
            int[] ids = tokenizer.encode("a photo of a cat");
            assertThat(tokenizer.encodePlain("a photo of a cat"))
                    .containsExactly(Arrays.copyOfRange(ids, 1, ids.length - 1));
            assertThat(tokenizer.encodePlain("")).isEmpty();
        }
    }

    @Test
    void decodesWhatItEncoded() {
        try (Tokenizer tokenizer = Tokenizer.open(GOLDEN)) {
            assertThat(tokenizer.decode(tokenizer.encode("A photo of a cat"))).isEqualTo("a photo of a cat");
            assertThat(tokenizer.decode(tokenizer.encode("привет 世界"))).isEqualTo("привет 世界");
            assertThat(tokenizer.decode(new int[0])).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uD83D", "\uDE00", "\uDE00\uD83D", "a\uD83Db", "\uD83D\uDE00\uD83D", "\u0000", "x\u0000y"})
    void survivesWhatIsNotText(String text) {
        try (Tokenizer tokenizer = Tokenizer.open(GOLDEN)) {
            int[] ids = tokenizer.encode(text);
            assertThat(ids).startsWith(2512).endsWith(2513).hasSizeGreaterThan(2);
        }
    }

    @Test
    void replacesOnlyLoneSurrogates() {
        try (Tokenizer tokenizer = Tokenizer.open(GOLDEN)) {
            assertThat(tokenizer.encode("\uD83D\uDE00\uD83D")).containsExactly(tokenizer.encode("\uD83D\uDE00\uFFFD"));
        }
    }

    @Test
    void manyThreadsGetTheSameIds() {
        try (Tokenizer tokenizer = Tokenizer.open(GOLDEN)) {
            List<String> texts = IntStream.range(0, 500)
                    .mapToObj(i -> "picture number " + i + " of a cat")
                    .toList();
            List<int[]> alone = texts.stream().map(tokenizer::encode).toList();
            List<int[]> together = texts.parallelStream().map(tokenizer::encode).toList();
            for (int i = 0; i < alone.size(); i++) {
                assertThat(together.get(i)).containsExactly(alone.get(i));
            }
        }
    }

    @Test
    void closesOnce() {
        Tokenizer tokenizer = Tokenizer.open(GOLDEN);
        tokenizer.close();
        tokenizer.close();
        assertThatThrownBy(() -> tokenizer.encode("cat")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void ignoresPaddingAndTruncationOfTheFile() throws IOException {
        String json = Files.readString(GOLDEN.resolve("tokenizer.json"));
        String padding =
                """
                {"strategy":{"Fixed":20},"direction":"Right","pad_to_multiple_of":null,"pad_id":0,"pad_type_id":0,\
                "pad_token":"!"}""";
        String truncation = "{\"direction\":\"Right\",\"max_length\":3,\"strategy\":\"LongestFirst\",\"stride\":0}";
        json = json.replaceFirst("\"truncation\": *null", "\"truncation\":" + truncation)
                .replaceFirst("\"padding\": *null", "\"padding\":" + padding);
        assertThat(json).contains(padding).contains(truncation);
        Files.writeString(folder.resolve("tokenizer.json"), json);
        try (Tokenizer changed = Tokenizer.open(folder);
                Tokenizer golden = Tokenizer.open(GOLDEN)) {
            assertThat(changed.encode("a photo of a cat")).containsExactly(golden.encode("a photo of a cat"));
        }
    }

    @Test
    void keepsTheLibraryFromCallingOut() {
        Tokenizer.open(GOLDEN).close();
        assertThat(Utils.isOfflineMode()).isTrue();
        assertThat(Utils.getEnvOrSystemProperty("OPT_OUT_TRACKING")).isEqualTo("true");
    }

    @Test
    void namesWhatAFolderLacks() throws IOException {
        assertRefused(
                () -> Tokenizer.open(folder),
                "tokenizer.json is missing (or vocab.json with merges.txt, or vocab.txt)");
        Files.copy(GOLDEN.resolve("vocab.json"), folder.resolve("vocab.json"));
        assertRefused(
                () -> Tokenizer.open(folder),
                "tokenizer.json is missing (or vocab.json with merges.txt, or vocab.txt)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | tokenizer.json: not a JSON object",
                "[] | tokenizer.json: not a JSON object",
                "{\"version\": | tokenizer.json: not well-formed JSON",
                "{} | tokenizer.json: ",
                "{\"version\":\"1.0\",\"model\":{\"type\":\"Magic\",\"vocab\":{}}} | tokenizer.json: ",
                "{\"version\":\"1.0\",\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[\"a b\"]}} | tokenizer.json: ",
                "{\"version\":\"1.0\",\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":-1},\"merges\":[]}} | tokenizer.json: ",
            })
    void saysWhatIsWrongWithTokenizerJson(String json, String message) throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), json);
        assertRefused(() -> Tokenizer.open(folder), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"a\":0} ; #version: 0.2 ; vocab.json: <|startoftext|> is missing",
                "{\"<|startoftext|>\":0,\"<|endoftext|>\":1} ; a ; merges.txt: line 1 (expected: two tokens)",
                "{\"<|startoftext|>\":0,\"<|endoftext|>\":1} ; a b ; vocab.json: ",
                "7 ; #version: 0.2 ; vocab.json: not a JSON object",
            })
    void saysWhatIsWrongWithVocabularyAndMerges(String vocabulary, String merges, String message) throws IOException {
        Files.writeString(folder.resolve("vocab.json"), vocabulary);
        Files.writeString(folder.resolve("merges.txt"), merges);
        assertRefused(() -> Tokenizer.open(folder), message);
    }

    @Test
    void refusesATemplateThatWouldTakeDownTheProcess() throws IOException {
        String json =
                """
                {"version":"1.0","model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"a"},
                 "post_processor":{"type":"Sequence","processors":[{"type":"TemplateProcessing","pair":[],
                   "single":[{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"</s>","type_id":0}}],
                   "special_tokens":{}}]}}""";
        Files.writeString(folder.resolve("tokenizer.json"), json);
        assertRefused(
                () -> Tokenizer.open(folder), "tokenizer.json: post_processor: special token \"</s>\" is missing");
    }

    @Test
    void saysWhatIsWrongWithPublishedMerges() throws IOException {
        Path file = Files.writeString(folder.resolve("bpe.txt.gz"), "not compressed");
        assertRefused(() -> Tokenizer.ofClipMerges(file), "bpe.txt.gz cannot be read");
    }

    @Test
    void survivesBrokenFiles() throws IOException {
        byte[] sound = Files.readAllBytes(GOLDEN.resolve("tokenizer.json"));
        Path file = folder.resolve("tokenizer.json");
        for (int length = 0; length < sound.length; length += sound.length / 20) {
            Files.write(file, Arrays.copyOf(sound, length));
            assertRefused(() -> Tokenizer.open(folder), "tokenizer.json: ");
        }
    }

    private void assertRefused(ThrowingCallable action, String message) {
        assertThatThrownBy(action)
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining(folder.toString())
                .extracting(e -> ((ModelException) e).reason())
                .isEqualTo(Reason.INVALID_CHECKPOINT);
    }
}
