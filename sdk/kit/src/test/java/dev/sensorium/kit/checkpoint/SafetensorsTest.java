package dev.sensorium.kit.checkpoint;

import static dev.sensorium.kit.checkpoint.CheckpointFiles.HEADER;
import static dev.sensorium.kit.checkpoint.CheckpointFiles.data;
import static dev.sensorium.kit.checkpoint.CheckpointFiles.file;
import static dev.sensorium.kit.checkpoint.CheckpointFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class SafetensorsTest {

    private final Path folder;

    SafetensorsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void readsWhatWasWritten() {
        try (Safetensors file = open(file(HEADER, data()))) {
            assertThat(file.file()).isEqualTo("model.safetensors");
            assertThat(file.names()).containsExactly("a", "b");
            assertThat(file.contains("a")).isTrue();
            assertThat(file.contains("__metadata__")).isFalse();
            assertThat(file.parameters()).isEqualTo(8);
            assertThat(file.bytes()).isEqualTo(26);

            StoredTensor a = file.tensor("a");
            assertThat(a.name()).isEqualTo("a");
            assertThat(a.dtype()).isEqualTo(DType.F32);
            assertThat(a.shape()).containsExactly(2, 3);
            assertThat(a.elements()).isEqualTo(6);
            float[] values = new float[6];
            a.data().asFloatBuffer().get(values);
            assertThat(values).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(file.tensor("b").data().get(1)).isEqualTo((byte) 200);
        }
    }

    @Test
    void viewsHaveTheirOwnPositionAndAreReadOnly() {
        try (Safetensors file = open(file(HEADER, data()))) {
            StoredTensor b = file.tensor("b");
            b.data().get();
            assertThat(b.data().remaining()).isEqualTo(2);
            assertThat(b.data().isReadOnly()).isTrue();
            assertThat(b.data().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
            b.shape()[0] = 99;
            assertThat(b.shape()).containsExactly(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsEveryElementType(DType dtype) {
        String header =
                "{\"t\":{\"dtype\":\"%s\",\"shape\":[3],\"data_offsets\":[0,%d]}}".formatted(dtype, 3 * dtype.bytes());
        try (Safetensors file = open(file(header, new byte[3 * dtype.bytes()]))) {
            assertThat(file.tensor("t").dtype()).isEqualTo(dtype);
            assertThat(file.parameters()).isEqualTo(3);
        }
    }

    @Test
    void readsScalarsEmptyTensorsPaddedHeadersAndAnyOrder() {
        String header =
                """
                {"s":{"dtype":"F64","shape":[],"data_offsets":[2,10]},\
                "e":{"dtype":"F32","shape":[0,7],"data_offsets":[2,2]},\
                "h":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}      """;
        byte[] bytes = ByteBuffer.allocate(10)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 0x3C00)
                .putDouble(4.5)
                .array();
        try (Safetensors file = open(file(header, bytes))) {
            assertThat(file.tensor("s").shape()).isEmpty();
            assertThat(file.tensor("s").data().getDouble()).isEqualTo(4.5);
            assertThat(file.tensor("e").elements()).isZero();
            assertThat(file.tensor("h").data().getShort()).isEqualTo((short) 0x3C00);
        }
    }

    @Test
    void readsAFileWithoutTensors() {
        try (Safetensors file = open(file("{}", new byte[0]))) {
            assertThat(file.names()).isEmpty();
        }
    }

    @Test
    void tensorsOutliveTheFile() {
        Safetensors file = open(file(HEADER, data()));
        StoredTensor a = file.tensor("a");
        file.close();
        file.close();
        assertThat(a.data().getFloat()).isEqualTo(1f);
        assertThatThrownBy(() -> file.tensor("a"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("model.safetensors is closed");
    }

    @Test
    void namesAMissingTensor() {
        try (Safetensors file = open(file(HEADER, data()))) {
            assertThatThrownBy(() -> file.tensor("x.y"))
                    .hasMessage("tensor \"x.y\" is missing (model.safetensors holds 2 tensors)")
                    .extracting(e -> ((ModelException) e).reason())
                    .isEqualTo(Reason.INVALID_CHECKPOINT);
        }
    }

    @Test
    void namesAMissingFileButNotItsFolder() {
        assertRefused(folder.resolve("model.safetensors"), "model.safetensors is missing");
        assertRefused(folder, folder.getFileName() + " is not a file");
    }

    static Stream<Arguments> corruptions() {
        String huge = "9223372036854775807";
        return Stream.of(
                Arguments.of(new byte[0], "0 bytes (expected: >= 8)"),
                Arguments.of(new byte[7], "7 bytes (expected: >= 8)"),
                Arguments.of(new byte[20], "header of 0 bytes (expected: 2 to 100000000)"),
                Arguments.of(
                        length(file(HEADER, data()), -1),
                        "header of 18446744073709551615 bytes (expected: 2 to 100000000)"),
                Arguments.of(
                        length(file(HEADER, data()), 100_000_001),
                        "header of 100000001 bytes (expected: 2 to 100000000)"),
                Arguments.of(length(file("{}", new byte[0]), 3), "header of 3 bytes in a file of 10 (expected: <= 2)"),
                Arguments.of(file(" {}", new byte[0]), "header does not begin with '{'"),
                Arguments.of(
                        file("{]", new byte[0]), "not well-formed JSON: Unexpected close marker ']': expected '}'"),
                Arguments.of(file("{} {}", new byte[0]), "not well-formed JSON: "),
                Arguments.of(file(HEADER.substring(0, 90), data()), "not well-formed JSON: Unexpected end-of-input"),
                Arguments.of(
                        file(HEADER.replace("\"b\"", "\"a\""), data()), "not well-formed JSON: Duplicate field 'a'"),
                Arguments.of(notUtf8(), "not UTF-8"),
                Arguments.of(swap("{\"format\":\"pt\"}", "[]"), "__metadata__ (expected: an object of strings)"),
                Arguments.of(swap("\"pt\"", "1"), "__metadata__ (expected: an object of strings)"),
                Arguments.of(file("{\"a\":7}", new byte[0]), "tensor \"a\": dtype is missing"),
                Arguments.of(swap("\"F32\"", "\"F8\""), "tensor \"a\": dtype \"F8\" (expected: one of [BOOL, U8,"),
                Arguments.of(swap("\"F32\"", "32"), "tensor \"a\": dtype 32 (expected: one of [BOOL, U8,"),
                Arguments.of(
                        swap("\"shape\":[2]", "\"form\":[2]"),
                        "tensor \"b\": shape is missing (expected: a list of integers >= 0)"),
                Arguments.of(swap("[2,3]", "[2,-3]"), "tensor \"a\": shape [2,-3] (expected: a list of integers >= 0)"),
                Arguments.of(
                        swap("[2,3]", "[2,3.0]"), "tensor \"a\": shape [2,3.0] (expected: a list of integers >= 0)"),
                Arguments.of(
                        swap("[2,3]", "[2,9999999999999999999]"),
                        "tensor \"a\": shape [2,9999999999999999999] (expected: a list of integers >= 0)"),
                Arguments.of(
                        swap("[2,3]", "[" + huge + ",3]"),
                        "tensor \"a\": shape [" + huge + ", 3] (expected: < 2^63 bytes)"),
                Arguments.of(swap("[2,3]", "[3,3]"), "tensor \"a\": 24 bytes for F32 [3, 3] (expected: 36)"),
                Arguments.of(swap("[0,24]", "[0]"), "tensor \"a\": data_offsets [0] (expected: [begin, end])"),
                Arguments.of(swap("[0,24]", "[24,0]"), "tensor \"a\": data_offsets [24, 0] (expected: [begin, end])"),
                Arguments.of(
                        swap("[0,24]", "[-24,0]"),
                        "tensor \"a\": data_offsets [-24,0] (expected: a list of integers >= 0)"),
                Arguments.of(
                        swap("[24,26]", "[23,25]"), "tensor \"b\" begins at 23, inside another tensor (expected: 24)"),
                Arguments.of(swap("[24,26]", "[25,27]"), "tensor \"b\" begins at 25, after a gap (expected: 24)"),
                Arguments.of(
                        file(HEADER, Arrays.copyOf(data(), 25)),
                        "tensor \"b\" ends at 26 (expected: <= 25, the end of the file)"),
                Arguments.of(
                        file(HEADER, Arrays.copyOf(data(), 27)), "27 bytes of tensors (expected: 26, by the header)"),
                Arguments.of(
                        file(
                                "{\"a\":{\"dtype\":\"U8\",\"shape\":[2147483648],\"data_offsets\":[0,2147483648]}}",
                                new byte[0]),
                        "tensor \"a\": 2147483648 bytes (expected: <= 2147483647)"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("corruptions")
    void saysWhatIsWrong(byte[] content, String message) {
        assertRefused(write(folder.resolve("model.safetensors"), content), "model.safetensors: " + message);
    }

    @Test
    void survivesAnyChangeOfTheHeader() {
        byte[] sound = file(HEADER, data());
        int headerEnd = sound.length - data().length;
        Random random = new Random(7);
        int refused = 0;
        for (int round = 0; round < 2_000; round++) {
            byte[] changed = sound.clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                changed[random.nextInt(headerEnd)] = (byte) random.nextInt(256);
            }
            try (Safetensors file = open(changed)) {
                file.names().forEach(name -> assertThat(file.tensor(name).data().remaining())
                        .isLessThanOrEqualTo(26));
            } catch (ModelException e) {
                assertThat(e.reason()).isEqualTo(Reason.INVALID_CHECKPOINT);
                assertThat(e).hasMessageStartingWith("model.safetensors: ");
                assertThat(e.getMessage()).doesNotContain(folder.toString()).hasSizeLessThan(500);
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(1_000);
    }

    @Test
    void survivesAnyTruncation() {
        byte[] sound = file(HEADER, data());
        for (int length = 0; length < sound.length; length++) {
            Path file = write(folder.resolve("model.safetensors"), Arrays.copyOf(sound, length));
            assertRefused(file, "model.safetensors: ");
        }
    }

    private Safetensors open(byte[] content) {
        return Safetensors.open(write(folder.resolve("model.safetensors"), content));
    }

    private static void assertRefused(Path file, String message) {
        assertThatThrownBy(() -> Safetensors.open(file).close())
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith(message)
                .extracting(e -> ((ModelException) e).reason())
                .isEqualTo(Reason.INVALID_CHECKPOINT);
    }

    private static byte[] swap(String part, String replacement) {
        assertThat(HEADER).contains(part);
        return file(HEADER.replace(part, replacement), data());
    }

    private static byte[] length(byte[] file, long length) {
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
        return file;
    }

    private static byte[] notUtf8() {
        byte[] file = file(HEADER, data());
        file[8 + HEADER.indexOf("pt")] = (byte) 0xFF;
        return file;
    }
}
