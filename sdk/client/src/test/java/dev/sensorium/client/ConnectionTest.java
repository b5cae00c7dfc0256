package dev.sensorium.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionTest {

    private static final Content RED = Content.text("red");

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "localhost              > dns:///localhost:9000",
                "localhost:1            > dns:///localhost:1",
                "10.0.0.1:80            > dns:///10.0.0.1:80",
                "[::1]:80               > dns:///[::1]:80",
                "[::1]                  > dns:///[::1]:9000",
                "::1                    > dns:///[::1]:9000",
                "'a:1, b'               > sensorium:///a:1,b:9000",
                "unix:///run/s.sock     > unix:///run/s.sock",
                "dns:///a:1             > dns:///a:1"
            })
    void targetsAreWrittenAsPeopleDo(String written, String target) {
        assertThat(Target.parse(written)).isEqualTo(target);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a:1,,b:2", "a:", "a:port", "a:123456"})
    void badTargetsAreRefused(String target) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> Sensorium.connect(target))
                .withMessageMatching("target: \"[^\"]*\" \\(expected: host:port\\)");
    }

    @Test
    void serversTakeTurns() {
        try (var a = new FakeServer();
                var b = new FakeServer();
                var sensorium = Sensorium.connect(a.target() + "," + b.target())) {
            while (a.calls.isEmpty() || b.calls.isEmpty()) {
                sensorium.embed(RED); // the second connection may take a moment
            }
            int before = a.calls.size();
            for (int i = 0; i < 20; i++) {
                sensorium.embed(RED);
            }
            assertThat(a.calls.size() - before).isEqualTo(10);
        }
    }

    @Test
    void oneServerOfSeveralIsEnough() {
        try (var a = new FakeServer();
                var sensorium = Sensorium.connect("localhost:1,no-such-host.invalid:2," + a.target())) {
            for (int i = 0; i < 10; i++) {
                assertThat(sensorium.embed(RED).dimensions()).isEqualTo(4);
            }
        }
    }

    @Test
    void unknownHostIsNamed() {
        try (var sensorium = Sensorium.connect("no-such-host.invalid:2,nor-this.invalid:2")) {
            assertThatExceptionOfType(SensoriumException.Unavailable.class)
                    .isThrownBy(sensorium::serving)
                    .withMessageContaining("unknown host: no-such-host.invalid, nor-this.invalid");
        }
    }

    @Test
    void closedClientSaysSo() {
        try (var server = new FakeServer()) {
            Sensorium sensorium = Sensorium.connect(server.target());
            sensorium.embed(RED);
            sensorium.close();
            assertThatExceptionOfType(SensoriumException.Unavailable.class)
                    .isThrownBy(() -> sensorium.embed(RED))
                    .withMessageContaining("shutdown");
        }
    }

    @Test
    void talksTls(@TempDir Path folder) throws Exception {
        Path certificate = identity(folder, "server");
        Path key = folder.resolve("server.key");
        ServerCredentials credentials = TlsServerCredentials.create(certificate.toFile(), key.toFile());
        try (var server = new FakeServer(0, credentials);
                var trusting =
                        Sensorium.builder(server.target()).tls(certificate).build();
                var wary = Sensorium.builder(server.target()).tls().build();
                var several = Sensorium.builder(server.target() + "," + server.target())
                        .tls(certificate)
                        .build()) {
            assertThat(trusting.embed(RED).dimensions()).isEqualTo(4);
            assertThat(several.embed(RED).dimensions()).isEqualTo(4);
            assertThatExceptionOfType(SensoriumException.Unavailable.class)
                    .isThrownBy(() -> wary.embed(RED))
                    .withMessageStartingWith("TLS: ");
        }
    }

    @Test
    void showsItsCertificate(@TempDir Path folder) throws Exception {
        Path serverCertificate = identity(folder, "server");
        Path clientCertificate = identity(folder, "client");
        ServerCredentials credentials = TlsServerCredentials.newBuilder()
                .keyManager(
                        serverCertificate.toFile(), folder.resolve("server.key").toFile())
                .trustManager(clientCertificate.toFile())
                .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                .build();
        try (var server = new FakeServer(0, credentials);
                var known = Sensorium.builder(server.target())
                        .tls(serverCertificate)
                        .clientCertificate(clientCertificate, folder.resolve("client.key"))
                        .build();
                var unknown = Sensorium.builder(server.target())
                        .tls(serverCertificate)
                        .build()) {
            assertThat(known.embed(RED).dimensions()).isEqualTo(4);
            assertThatExceptionOfType(SensoriumException.Unavailable.class).isThrownBy(() -> unknown.embed(RED));
        }
    }

    /** Writes NAME.pem and NAME.key, a certificate for localhost that vouches for itself. */
    private static Path identity(Path folder, String name)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve(name + ".p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        List<String> command = List.of(
                keytool,
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "SAN=dns:localhost",
                "-storetype",
                "PKCS12",
                "-storepass",
                "password",
                "-keystore",
                store.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();

        char[] password = "password".toCharArray();
        KeyStore keys = KeyStore.getInstance(store.toFile(), password);
        Key key = keys.getKey(name, password);
        Files.writeString(folder.resolve(name + ".key"), pem("PRIVATE KEY", key.getEncoded()));
        return Files.writeString(
                folder.resolve(name + ".pem"),
                pem("CERTIFICATE", keys.getCertificate(name).getEncoded()));
    }

    private static String pem(String kind, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(kind, base64, kind);
    }
}
