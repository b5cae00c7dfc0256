package dev.sensorium.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sensorium.cli.Shell.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of PyTorch become folders that the server loads, with the same numbers, and no code of theirs is run. */
class ConvertTest {

    private static final Path FILES = Path.of("src/test/resources/torch");
    private static final Path GOLDEN = Path.of("../../plugins/dalle/src/test/resources/goldens/dalle");

    @TempDir
    Path folder;

    private final Shell shell = Shell.at("localhost:1");
    private Path source = Path.of("");
    private Path target = Path.of("");

    @BeforeEach
    void copy() throws IOException {
        source = Files.createDirectory(folder.resolve("pretrained"));
        target = folder.resolve("models/dalle/1");
        for (String file : new String[] {"encoder.pt", "decoder.pt", "detoker.pt"}) {
            Files.copy(FILES.resolve(file), source.resolve(file));
        }
        for (String file : new String[] {"vocab.json", "merges.txt"}) {
            Files.copy(GOLDEN.resolve(file), source.resolve(file));
        }
    }

    private Outcome convert(String... options) {
        List<String> all = new ArrayList<>(List.of("convert", source.toString(), target.toString(), "--heads", "3"));
        all.addAll(List.of(options));
        return shell.bare(all.toArray(new String[0]));
    }

    @Test
    void writesTheSameNumbers() throws IOException {
        assertThat(convert("--json").json().get("files")).hasSize(5);
        Map<String, ByteBuffer> expected = tensors(GOLDEN.resolve("model.safetensors"));
        assertThat(expected).hasSizeGreaterThan(100);
        assertThat(tensors(target.resolve("model.safetensors"))).isEqualTo(expected);
        for (String file : new String[] {"vocab.json", "merges.txt"}) {
            assertThat(target.resolve(file)).hasSameBinaryContentAs(GOLDEN.resolve(file));
        }
    }

    @Test
    void tellsTheSizesByTheShapes() throws IOException {
        assertThat(convert("--start", "40").code()).isZero();
        JsonNode expected = json(GOLDEN.resolve("config.json"));
        JsonNode config = json(target.resolve("config.json"));
        for (String key : new String[] {
            "model_type",
            "d_model",
            "encoder_layers",
            "decoder_layers",
            "encoder_attention_heads",
            "encoder_vocab_size",
            "image_vocab_size",
            "image_length",
            "max_text_length",
            "use_glu",
            "ln_positions"
        }) {
            assertThat(config.get(key)).as(key).isEqualTo(expected.get(key));
        }
        assertThat(config.get("decoder_start_token_id").intValue()).isEqualTo(40);
        for (String key : new String[] {
            "n_embed", "embed_dim", "z_channels", "ch", "ch_mult", "num_res_blocks", "attn_resolutions", "resolution"
        }) {
            assertThat(config.get("vqgan").get(key))
                    .as(key)
                    .isEqualTo(expected.get("vqgan").get(key));
        }
        assertThat(json(target.resolve("generation_config.json"))
                        .get("guidance_scale")
                        .doubleValue())
                .isEqualTo(16);
    }

    @Test
    void findsTheFilesOfMini() throws IOException {
        for (String file : new String[] {"encoder.pt", "decoder.pt", "vocab.json", "merges.txt"}) {
            Files.move(source.resolve(file), source.resolve(file.replace(".", "_mini.")));
        }
        Path beside = Files.createDirectory(folder.resolve("vqgan"));
        Files.move(source.resolve("detoker.pt"), beside.resolve("detoker.pt"));
        assertThat(convert().code()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "evil.pt | a pickle that calls posix.system (expected: a dictionary of tensors)",
                "old.pt | not a zip file (expected: what torch.save writes since PyTorch 1.6)",
                "number.pt | \"step\" is no tensor (expected: tensors only)",
                "cut.pt | storage 0: ",
            })
    void refusesFilesThatAreNot(String file, String message) throws IOException {
        Files.copy(FILES.resolve(file), source.resolve("encoder.pt"), StandardCopyOption.REPLACE_EXISTING);
        Outcome outcome = convert();
        assertThat(outcome.code()).isEqualTo(Failures.FAILED);
        assertThat(outcome.err()).contains(message).hasLineCount(1);
        if (Files.exists(target)) {
            assertThat(target).isEmptyDirectory();
        }
    }

    @Test
    void refusesFilesThatAreBrokenAnywhere() throws IOException {
        byte[] whole = Files.readAllBytes(FILES.resolve("encoder.pt"));
        for (int i = 0; i < 200; i++) {
            byte[] broken = whole.clone();
            int at = (int) ((long) broken.length * i / 200);
            broken[at] ^= (byte) (1 << i % 8);
            Files.write(source.resolve("encoder.pt"), broken);
            assertThat(convert().code()).as("byte %d", at).isIn(Failures.OK, Failures.FAILED);
            deleteTarget();
        }
    }

    @Test
    void refusesHeadsThatDoNotDivideTheWidth() {
        Outcome outcome = shell.bare("convert", source.toString(), target.toString(), "--heads", "5");
        assertThat(outcome.code()).isEqualTo(Failures.FAILED);
        assertThat(outcome.err()).contains("heads: 5 (expected: a divisor of the width, 24)");
    }

    @Test
    void writesOverNothing() throws IOException {
        assertThat(convert().code()).isZero();
        Outcome again = convert();
        assertThat(again.code()).isEqualTo(Failures.FAILED);
        assertThat(again.err()).contains("model.safetensors: is there (expected: a folder without it)");
        deleteTarget();
        Files.delete(source.resolve("merges.txt"));
        Outcome without = convert();
        assertThat(without.code()).isEqualTo(Failures.FAILED);
        assertThat(without.err()).contains("no file merges.txt (expected: one of merges.txt, merges_mini.txt)");
    }

    private void deleteTarget() throws IOException {
        if (Files.exists(target)) {
            try (var files = Files.list(target)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }

    /** Returns the tensors of a safetensors file by name, type and shape. */
    private static Map<String, ByteBuffer> tensors(Path file) throws IOException {
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int header = Math.toIntExact(all.getLong(0));
        JsonNode entries = new ObjectMapper().readTree(all.array(), Long.BYTES, header);
        Map<String, ByteBuffer> tensors = new TreeMap<>();
        entries.properties().stream()
                .filter(entry -> !entry.getKey().equals("__metadata__"))
                .forEach(entry -> {
                    JsonNode offsets = entry.getValue().get("data_offsets");
                    int begin = offsets.get(0).intValue();
                    ByteBuffer bytes = all.slice(
                            Long.BYTES + header + begin, offsets.get(1).intValue() - begin);
                    String shape = entry.getValue().get("shape").toString();
                    String type = entry.getValue().get("dtype").textValue();
                    tensors.put("%s %s %s".formatted(entry.getKey(), type, shape), bytes);
                });
        return tensors;
    }
}
