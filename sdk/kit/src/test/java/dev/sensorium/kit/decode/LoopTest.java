package dev.sensorium.kit.decode;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A test of a loop of its own. */
@Timeout(300)
abstract class LoopTest {

    @TempDir
    private Path folder;

    TinyLoop loop;

    @BeforeEach
    void start() {
        loop = TinyLoop.start(folder);
    }

    @AfterEach
    void stop() {
        loop.close();
    }
}
