package dev.sensorium.client;

import dev.sensorium.client.BulkCall.Settings;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;

/** A builder of {@link Sensorium} clients, see {@link Sensorium#builder}. */
public final class SensoriumBuilder {

    private final String target;
    private Duration deadline = Duration.ofSeconds(60);
    private Settings bulk = Settings.DEFAULT;
    private TlsChannelCredentials.Builder tls = TlsChannelCredentials.newBuilder();
    private boolean secure;

    SensoriumBuilder(String target) {
        this.target = target;
    }

    /** Talks TLS with servers whose certificate an authority vouches for that the Java platform trusts. */
    public SensoriumBuilder tls() {
        secure = true;
        return this;
    }

    /**
     * Talks TLS with servers whose certificate an authority in this PEM file vouches for.
     *
     * @throws UncheckedIOException if the file cannot be read
     */
    public SensoriumBuilder tls(Path authorities) {
        try {
            tls = tls.trustManager(authorities.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return tls();
    }

    /**
     * Talks TLS and shows servers this certificate.
     *
     * @param chain the certificate, followed by those that vouch for it, as PEM
     * @param key its private key, as PEM in PKCS #8
     * @throws UncheckedIOException if a file cannot be read
     */
    public SensoriumBuilder clientCertificate(Path chain, Path key) {
        try {
            tls = tls.keyManager(chain.toFile(), key.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return tls();
    }

    /** Sets how long a call may take that does not say so itself; 60 seconds if never set. */
    public SensoriumBuilder deadline(Duration deadline) {
        this.deadline = deadline;
        return this;
    }

    SensoriumBuilder bulk(Settings bulk) {
        this.bulk = bulk;
        return this;
    }

    /** Returns the client. It connects when it is first used. */
    public Sensorium build() {
        return new Sensorium(Channels.open(target, credentials()), deadline, bulk);
    }

    private ChannelCredentials credentials() {
        return secure ? tls.build() : InsecureChannelCredentials.create();
    }
}
