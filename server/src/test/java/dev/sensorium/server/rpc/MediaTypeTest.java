package dev.sensorium.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaTypeTest {

    @ParameterizedTest
    @CsvSource({
        "89504e470d0a1a0a0000, image/png",
        "ffd8ffe000104a464946, image/jpeg",
        "474946383961, image/gif",
        "424d36000000, image/bmp",
        "524946460000000057454250, image/webp",
        "524946460000000057415645, audio/wav",
        "664c6143, audio/flac",
        "4f676753, audio/ogg",
        "494433, audio/mpeg",
        "000000186674797069736f6d, video/mp4",
        "1a45dfa3, video/webm"
    })
    void tellsAFormatByItsFirstBytes(String hex, String mediaType) {
        ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
        assertThat(MediaType.of(bytes)).hasToString("Optional[" + mediaType + "]");
        assertThat(bytes.position()).isZero();
    }

    @Test
    void knowsNothingOfOtherBytes() {
        assertThat(MediaType.of(ByteBuffer.wrap("hello".getBytes(StandardCharsets.UTF_8))))
                .isEmpty();
        assertThat(MediaType.of(ByteBuffer.allocate(0))).isEmpty();
        assertThat(MediaType.of(ByteBuffer.wrap(new byte[] {(byte) 0xff, (byte) 0xd8})))
                .isEmpty();
    }

    @Test
    void isNamedByItsTypesInAnyCaseAndWithParameters() {
        assertThat(MediaType.JPEG.isNamed("image/jpg")).isTrue();
        assertThat(MediaType.JPEG.isNamed("IMAGE/JPEG; q=1")).isTrue();
        assertThat(MediaType.JPEG.isNamed("image/png")).isFalse();
        assertThat(MediaType.JPEG.isNamed("")).isFalse();
    }
}
