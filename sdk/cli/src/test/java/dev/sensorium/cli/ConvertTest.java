package dev.sensorium.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sensorium.cli.Shell.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files as they are published, written by PyTorch and flax (plugins/dalle/training/published.py). */
class ConvertTest {

    private static final Path PUBLISHED = Path.of("src/test/resources/convert");
    private static final String NO_PICKLE = "data.pkl: ends too early, or is not a pickle";

    @TempDir
    private Path folder = Path.of("");

    private final Shell shell = Shell.at("localhost:1");

    @Test
    void minDallesFilesBecomeAFolder() throws IOException {
        Outcome outcome = convert("min-dalle", "--mini");

        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).isEqualTo(target() + ": 203 tensors, 0.0 MB\n");
        Map<String, String> tensors = tensors(target().resolve("model.safetensors"));
        Map<String, String> expected = tensors(PUBLISHED.resolve("expected.safetensors"));
        String halved = "decoder.embed_positions.weight";
        assertThat(tensors.remove(halved)).startsWith("F16 [16,8] ");
        expected.remove(halved);
        assertThat(tensors).isEqualTo(expected);
        JsonNode config = json("config.json");
        assertThat(config.path("d_model").intValue()).isEqualTo(8);
        assertThat(config.path("encoder_layers").intValue()).isEqualTo(2);
        assertThat(config.path("decoder_layers").intValue()).isEqualTo(3);
        assertThat(config.path("image_vocab_size").intValue()).isEqualTo(7);
        assertThat(config.path("decoder_start_token_id").intValue()).isEqualTo(7);
        assertThat(config.path("vqgan"))
                .isEqualTo(new ObjectMapper()
                        .readTree(
                                "{\"n_embed\": 7, \"embed_dim\": 5, \"z_channels\": 6, \"ch\": 4, \"ch_mult\": [1, 2],"
                                        + " \"num_res_blocks\": 1, \"attn_resolutions\": [4], \"resolution\": 8,"
                                        + " \"norm_eps\": 1e-5, \"norm_groups\": 4}"));
        assertThat(json("generation_config.json").path("top_k").intValue()).isEqualTo(256);
        assertThat(target().resolve("vocab.json"))
                .hasSameTextualContentAs(PUBLISHED.resolve("min-dalle/vocab_mini.json"));
        assertThat(target().resolve("merges.txt")).exists();
    }

    @Test
    void dalleMinisFilesBecomeAFolder() throws IOException {
        Outcome outcome =
                convert("dalle-mini", "--vqgan", PUBLISHED.resolve("vqgan").toString(), "--json");

        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.json().path("folder").textValue()).isEqualTo(target().toString());
        assertThat(outcome.json().path("tensors").intValue()).isEqualTo(203);
        assertThat(tensors(target().resolve("model.safetensors")))
                .isEqualTo(tensors(PUBLISHED.resolve("expected.safetensors")));
        JsonNode config = json("config.json");
        assertThat(config.path("encoder_attention_heads").intValue()).isEqualTo(2); // the file says so
        assertThat(config.path("normalize_text").booleanValue()).isTrue();
        assertThat(config.path("vqgan").path("norm_eps").doubleValue()).isEqualTo(1e-6);
    }

    @Test
    void ofAnyOtherFileOfPyTorchsTensorsAreKept() throws IOException {
        Outcome outcome = convert("min-dalle/checkpoint.pt");

        assertThat(outcome.code()).as(outcome.err()).isZero();
        String latents = tensors(PUBLISHED.resolve("expected.safetensors")).get("encoder.embed_positions.weight");
        assertThat(tensors(target().resolve("model.safetensors")))
                .containsExactly(Map.entry("perceiver.latents", latents));
    }

    @Test
    void whatIsThereStays() throws IOException {
        Files.createDirectories(target());

        assertFails(convert("min-dalle"), target() + ": is there already (expected: a new folder)");
    }

    @Test
    void whatIsMissingIsNamed() throws IOException {
        assertFails(convert("vqgan"), "--vqgan is missing (expected: the folder of dalle-mini's VQGAN)");
        assertFails(
                convert("vqgan", "--vqgan", PUBLISHED.resolve("vqgan").toString()),
                "\"decoder.conv_in.bias\" (expected: dalle-mini's parameters)");
        Path source = Files.createDirectories(folder.resolve("source"));
        assertFails(
                shell.bare("convert", source.toString(), target().toString()),
                source
                        + ": nothing to convert (expected: encoder.pt, decoder.pt and detoker.pt, or flax_model.msgpack)");
        Files.copy(PUBLISHED.resolve("min-dalle/encoder_mini.pt"), source.resolve("encoder.pt"));
        assertFails(
                shell.bare("convert", source.toString(), target().toString()),
                "decoder.pt or decoder_mini.pt: missing (expected: in " + source + ")");
        assertThat(target()).doesNotExist();
    }

    @Test
    void aPickleThatWantsToRunSomethingIsRefusedAndNotRun() throws IOException {
        Path trace = folder.resolve("trace");
        // {"x": os.system("touch ...")}, as pickle writes it.
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.writeBytes(new byte[] {(byte) 0x80, 2, '}'});
        pickle.writeBytes("X\1\0\0\0xcos\nsystem\n".getBytes(StandardCharsets.ISO_8859_1));
        byte[] command = ("touch " + trace).getBytes(StandardCharsets.UTF_8);
        pickle.writeBytes(new byte[] {(byte) 0x8c, (byte) command.length});
        pickle.writeBytes(command);
        pickle.writeBytes(new byte[] {(byte) 0x85, 'R', 's', '.'});

        assertFails(
                convertEncoder(pickle.toByteArray()),
                "encoder.pt: x: wants os.system to be called (expected: tensors only)");
        assertThat(trace).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''         | " + NO_PICKLE,
                "800263     | " + NO_PICKLE,
                "80027d     | " + NO_PICKLE,
                "80026801   | " + NO_PICKLE,
                "8002580000 | " + NO_PICKLE,
                "80025d2e   | data.pkl: not a state dict (expected: tensors by name)",
                "80027d4b01522e | data.pkl: a value of another kind at byte 5 (expected: tensors by name)",
                "80027d4b014b01732e | data.pkl: a tensor that is none (expected: as PyTorch writes it)",
                "8002ff2e   | data.pkl: operation 0xff at byte 2 (expected: tensors by name)",
            })
    void brokenPicklesAreRefused(String hexadecimal, String complaint) throws IOException {
        assertFails(convertEncoder(HexFormat.of().parseHex(hexadecimal)), "encoder.pt: " + complaint);
    }

    @Test
    void everyTruncatedFileIsRefused() throws IOException {
        Path source = Files.createDirectories(folder.resolve("source"));
        byte[] whole = Files.readAllBytes(PUBLISHED.resolve("vqgan/flax_model.msgpack"));
        for (int length = 0; length < whole.length; length += 997) {
            Files.write(source.resolve("flax_model.msgpack"), Arrays.copyOf(whole, length));
            Outcome outcome = shell.bare(
                    "convert", PUBLISHED.resolve("dalle-mini").toString(), target().toString(), "--vqgan", "" + source);

            assertFails(
                    outcome, "flax_model.msgpack: ends too early, or is not MessagePack (expected: flax's parameters)");
        }
        assertThat(target()).doesNotExist();
    }

    private Outcome convertEncoder(byte[] pickle) throws IOException {
        Path source = Files.createDirectories(folder.resolve("source"));
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(source.resolve("encoder.pt")))) {
            zip.putNextEntry(new ZipEntry("archive/data.pkl"));
            zip.write(pickle);
        }
        return shell.bare("convert", source.toString(), target().toString());
    }

    private Outcome convert(String published, String... options) {
        return shell.bare(Stream.concat(
                        Stream.of("convert", PUBLISHED.resolve(published).toString(), target().toString()),
                        Stream.of(options))
                .toArray(String[]::new));
    }

    private void assertFails(Outcome outcome, String complaint) throws IOException {
        assertThat(outcome.err()).isEqualTo("sensorium: " + complaint + "\n");
        assertThat(outcome.code()).isEqualTo(1);
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).as("what is left of it").noneMatch(path -> path.toString()
                    .contains(".converting"));
        }
    }

    private Path target() {
        return folder.resolve("dalle/1");
    }

    private JsonNode json(String file) throws IOException {
        return new ObjectMapper().readTree(target().resolve(file).toFile());
    }

    /** Returns type, shape and numbers of each tensor of a file. */
    private static SortedMap<String, String> tensors(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int header = Math.toIntExact(bytes.getLong());
        byte[] json = new byte[header];
        bytes.get(json);
        ByteBuffer data = bytes.slice();
        SortedMap<String, String> tensors = new TreeMap<>();
        new ObjectMapper().readTree(json).properties().forEach(entry -> {
            if (!entry.getKey().equals("__metadata__")) {
                JsonNode offsets = entry.getValue().path("data_offsets");
                int begin = offsets.path(0).intValue();
                byte[] numbers = new byte[offsets.path(1).intValue() - begin];
                data.get(begin, numbers);
                tensors.put(
                        entry.getKey(),
                        entry.getValue().path("dtype").textValue() + " "
                                + entry.getValue().path("shape") + " "
                                + HexFormat.of().formatHex(numbers));
            }
        });
        return tensors;
    }
}
