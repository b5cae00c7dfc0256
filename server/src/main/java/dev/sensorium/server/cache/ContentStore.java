package dev.sensorium.server.cache;

import dev.sensorium.server.SensoriumConfig;
import dev.sensorium.server.ServiceException;
import io.grpc.Status;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Uploaded contents by the SHA-256 of their bytes. Bounded by bytes, uploads under way included: a new upload takes the
 * room of those that were used longest ago. A plain least-recently-used order, as a client that uploads a content must
 * find it afterwards, which a cache that weighs newcomers by their frequency does not promise.
 */
@Singleton
public final class ContentStore {

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final long maxUploadBytes;
    private final long maxBytes;

    /** Least recently used first; guarded by itself, as are the counts. */
    private final Map<String, ByteBuffer> contents = new LinkedHashMap<>(16, 0.75f, true);

    private long storedBytes;
    private long arrivingBytes;

    @Inject
    ContentStore(SensoriumConfig config, MeterRegistry registry) {
        this(
                config.uploads().maxUploadBytes().asLongValue(),
                config.uploads().maxBytes().asLongValue(),
                registry);
    }

    /**
     * An empty store.
     *
     * @param maxUploadBytes bytes of one content
     * @param maxBytes bytes of all contents, at least as many
     */
    ContentStore(long maxUploadBytes, long maxBytes, MeterRegistry registry) {
        if (maxUploadBytes < 1 || maxBytes < maxUploadBytes) {
            throw new IllegalArgumentException(
                    "uploads: %d bytes each, %d in all (expected: >= 1, >= each)".formatted(maxUploadBytes, maxBytes));
        }
        this.maxUploadBytes = maxUploadBytes;
        this.maxBytes = maxBytes;
        Gauge.builder("sensorium.uploads.size", this, ContentStore::bytes)
                .baseUnit("bytes")
                .register(registry);
    }

    /**
     * Returns the content of this digest.
     *
     * @throws ServiceException NOT_FOUND with reason CONTENT_NOT_FOUND if it was never uploaded or had to make room
     */
    public ByteBuffer get(String sha256) {
        synchronized (contents) {
            ByteBuffer content = contents.get(sha256);
            if (content == null) {
                throw new ServiceException(
                                Status.Code.NOT_FOUND,
                                "CONTENT_NOT_FOUND",
                                "content: none of this digest (expected: a digest that UploadContent answered lately)")
                        .with("sha256", sha256);
            }
            return content.duplicate();
        }
    }

    /** Begins an upload; closing it ends it. */
    public Upload begin() {
        return new Upload();
    }

    /** Returns the bytes that are stored or arriving. */
    private long bytes() {
        synchronized (contents) {
            return storedBytes + arrivingBytes;
        }
    }

    /** A content that arrives chunk by chunk. Used by one thread at a time. */
    public final class Upload implements AutoCloseable {

        private final MessageDigest digest = sha256();
        private final List<ByteBuffer> chunks = new ArrayList<>();
        private long size;

        private Upload() {}

        /**
         * Appends a chunk.
         *
         * @throws ServiceException RESOURCE_EXHAUSTED with reason UPLOAD_TOO_LARGE if the content is larger than the
         *     store takes, with UPLOADS_FULL if too much is being uploaded right now
         */
        public void append(ByteBuffer chunk) {
            int length = chunk.remaining();
            if (size + length > maxUploadBytes) {
                throw new ServiceException(
                        Status.Code.RESOURCE_EXHAUSTED,
                        "UPLOAD_TOO_LARGE",
                        "upload: %d bytes and more (expected: <= %d)".formatted(size + length, maxUploadBytes));
            }
            arriving(length);
            size += length;
            digest.update(chunk.duplicate());
            chunks.add(chunk);
        }

        /** Returns how many bytes arrived so far. */
        public long size() {
            return size;
        }

        /**
         * Stores what arrived.
         *
         * @return the SHA-256 of the bytes in lower-case hexadecimal
         */
        public String store() {
            ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(size));
            chunks.forEach(chunk -> content.put(chunk.duplicate()));
            String sha256 = HexFormat.of().formatHex(digest.digest());
            close();
            put(sha256, content.flip().asReadOnlyBuffer());
            return sha256;
        }

        /** Forgets what arrived and is not stored. */
        @Override
        public void close() {
            long arrived = chunks.stream().mapToLong(ByteBuffer::remaining).sum();
            chunks.clear();
            synchronized (contents) {
                arrivingBytes -= arrived;
            }
        }
    }

    private void arriving(int length) {
        synchronized (contents) {
            if (arrivingBytes + length > maxBytes) {
                throw new ServiceException(
                                Status.Code.RESOURCE_EXHAUSTED,
                                "UPLOADS_FULL",
                                "uploads: %d bytes are arriving (expected: <= %d)"
                                        .formatted(arrivingBytes + length, maxBytes))
                        .retryAfter(RETRY);
            }
            arrivingBytes += length;
            makeRoom();
        }
    }

    private void put(String sha256, ByteBuffer content) {
        synchronized (contents) {
            ByteBuffer before = contents.put(sha256, content);
            storedBytes += content.remaining() - (before == null ? 0 : before.remaining());
            makeRoom();
        }
    }

    private void makeRoom() {
        Iterator<ByteBuffer> oldest = contents.values().iterator();
        while (storedBytes + arrivingBytes > maxBytes && oldest.hasNext()) {
            storedBytes -= oldest.next().remaining();
            oldest.remove();
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }
}
