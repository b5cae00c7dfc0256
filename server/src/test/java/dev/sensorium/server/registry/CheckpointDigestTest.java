package dev.sensorium.server.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The digest of a checkpoint changes with what is in it, and with nothing else. */
class CheckpointDigestTest {

    /** Of the two files below, by {@code hashlib.sha256} over name length, name, size and contents of each. */
    private static final String EXPECTED = "7f125f40b178835e11bdb239b47061d31705ded71b08059828358c3beb9769e5";

    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("config.json"), "{}");
        Files.createDirectories(folder.resolve("sub"));
        Files.write(folder.resolve("sub/weights"), new byte[3 << 20]);
    }

    @Test
    void isTheHashOfNamesAndContents() throws IOException {
        assertThat(CheckpointDigest.of(folder)).isEqualTo(EXPECTED);
    }

    @Test
    void leavesHiddenFilesOut() throws IOException {
        Files.createDirectories(folder.resolve(".git"));
        Files.writeString(folder.resolve(".git/HEAD"), "main");
        Files.writeString(folder.resolve("sub/.DS_Store"), "x");

        assertThat(CheckpointDigest.of(folder)).isEqualTo(EXPECTED);
    }

    @Test
    void changesWithANameAndWithAByte() throws IOException {
        Files.move(folder.resolve("sub/weights"), folder.resolve("sub/weight"));
        String renamed = CheckpointDigest.of(folder);
        Files.writeString(folder.resolve("config.json"), "{ ");
        String edited = CheckpointDigest.of(folder);

        assertThat(renamed).isNotEqualTo(EXPECTED).isNotEqualTo(edited);
    }
}
