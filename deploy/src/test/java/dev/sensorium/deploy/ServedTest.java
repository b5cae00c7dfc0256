package dev.sensorium.deploy;

import dev.sensorium.client.Sensorium;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Tests that share a server of the distribution and a client of it. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class ServedTest {

    ServerProcess server;
    Sensorium sensorium;

    /** Prepares what the server is to find, and returns its options. */
    String[] options() throws Exception {
        return new String[0];
    }

    @BeforeAll
    final void start() throws Exception {
        server = ServerProcess.start(options());
        sensorium = Sensorium.connect(server.target());
    }

    @AfterAll
    final void stop() throws Exception {
        sensorium.close();
        server.close();
    }
}
