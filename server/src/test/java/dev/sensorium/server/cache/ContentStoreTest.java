package dev.sensorium.server.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sensorium.server.ServiceException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ContentStoreTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ContentStore store = new ContentStore(8, 16, registry);

    @Test
    void joinsChunksAndNamesThemByTheirDigest() {
        String digest = upload("ab", "c");
        assertThat(digest).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(text(digest)).isEqualTo("abc");
        assertThat(text(digest)).isEqualTo("abc");
    }

    @Test
    void makesRoomByForgettingWhatWasUsedLongestAgo() {
        String first = upload("first..");
        String second = upload("second.");
        assertThat(text(first)).isEqualTo("first..");
        String third = upload("third..");
        assertThat(text(first)).isEqualTo("first..");
        assertThat(text(third)).isEqualTo("third..");
        assertThatThrownBy(() -> store.get(second)).isInstanceOfSatisfying(ServiceException.class, e -> {
            assertThat(e.reason()).isEqualTo("CONTENT_NOT_FOUND");
            assertThat(e.metadata()).containsEntry("sha256", second);
        });
    }

    @Test
    void storesTheSameContentOnce() {
        upload("again");
        upload("again");
        assertThat(bytes()).isEqualTo(5);
    }

    @Test
    void refusesWhatIsTooLarge() {
        try (ContentStore.Upload upload = store.begin()) {
            upload.append(bytes("12345"));
            assertThatThrownBy(() -> upload.append(bytes("6789")))
                    .hasMessage("upload: 9 bytes and more (expected: <= 8)");
        }
        assertThat(bytes()).isZero();
    }

    @Test
    void countsWhatIsArriving() {
        try (ContentStore.Upload one = store.begin();
                ContentStore.Upload two = store.begin();
                ContentStore.Upload three = store.begin()) {
            one.append(bytes("12345678"));
            two.append(bytes("1234567"));
            assertThatThrownBy(() -> three.append(bytes("12")))
                    .isInstanceOfSatisfying(
                            ServiceException.class, e -> assertThat(e.reason()).isEqualTo("UPLOADS_FULL"));
            assertThat(bytes()).isEqualTo(15);
        }
        assertThat(bytes()).isZero();
    }

    private double bytes() {
        return registry.get("sensorium.uploads.size").gauge().value();
    }

    private String upload(String... chunks) {
        try (ContentStore.Upload upload = store.begin()) {
            for (String chunk : chunks) {
                upload.append(bytes(chunk));
            }
            return upload.store();
        }
    }

    private String text(String digest) {
        return StandardCharsets.UTF_8.decode(store.get(digest)).toString();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
