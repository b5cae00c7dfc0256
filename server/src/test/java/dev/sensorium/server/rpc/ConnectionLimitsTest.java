package dev.sensorium.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One connection cannot take more than its share, and one that tries loses nobody else's. */
@QuarkusTest
class ConnectionLimitsTest extends ServiceTest {

    private static final int MAX_CONCURRENT_STREAMS = 3;
    private static final int MAX_HEADER_LIST_SIZE = 6;
    private static final int MAX_RESETS = 400;
    private static final int ENHANCE_YOUR_CALM = 11;

    @AfterEach
    void othersAreStillServed() {
        assertThat(HealthGrpc.newBlockingStub(channel)
                        .check(HealthCheckRequest.newBuilder()
                                .setService("model:echo")
                                .build())
                        .getStatus())
                .isEqualTo(ServingStatus.SERVING);
    }

    @Test
    void theServerTellsItsLimits() throws IOException {
        try (Http2Socket client = new Http2Socket(server.getPort())) {
            ByteBuffer settings =
                    ByteBuffer.wrap(client.next(Http2Socket.SETTINGS).payload());
            Map<Integer, Integer> limits = new HashMap<>();
            while (settings.hasRemaining()) {
                limits.put((int) settings.getShort(), settings.getInt());
            }
            assertThat(limits).containsEntry(MAX_CONCURRENT_STREAMS, 256).containsEntry(MAX_HEADER_LIST_SIZE, 16 << 10);
        }
    }

    @Test
    void theResetTooManyCutsOff() throws IOException {
        try (Http2Socket client = new Http2Socket(server.getPort())) {
            for (int call = 0; call <= MAX_RESETS; call++) {
                client.call(2 * call + 1, "/grpc.health.v1.Health/Check");
                client.reset(2 * call + 1);
            }
            assertThat(goAway(client)).startsWith(ENHANCE_YOUR_CALM + " ");
        }
    }

    @Test
    void theThirdPingTooEarlyCutsOff() throws IOException {
        try (Http2Socket client = new Http2Socket(server.getPort())) {
            for (int ping = 0; ping < 4; ping++) {
                client.ping();
            }
            assertThat(goAway(client)).isEqualTo(ENHANCE_YOUR_CALM + " too_many_pings");
        }
    }

    private static String goAway(Http2Socket client) throws IOException {
        ByteBuffer payload = ByteBuffer.wrap(client.next(Http2Socket.GOAWAY).payload());
        int code = payload.getInt(4);
        return code + " " + StandardCharsets.US_ASCII.decode(payload.position(8));
    }
}
