package dev.sensorium.server.registry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The SHA-256 over a checkpoint: for each file that is not hidden, in the order of their relative names, the name and
 * the contents, each preceded by its length as 8 bytes. Names use "/" and are in UTF-8.
 */
final class CheckpointDigest {

    private static final int BUFFER_BYTES = 1 << 20;

    private CheckpointDigest() {}

    /** Returns the digest of a folder in lower-case hexadecimal. */
    static String of(Path folder) throws IOException {
        MessageDigest digest = sha256();
        for (String name : filesIn(folder)) {
            byte[] encoded = name.getBytes(StandardCharsets.UTF_8);
            digest.update(length(encoded.length));
            digest.update(encoded);
            addContents(digest, folder.resolve(name));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static List<String> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                    .filter(name -> !name.startsWith(".") && !name.contains("/."))
                    .sorted()
                    .toList();
        }
    }

    private static void addContents(MessageDigest digest, Path file) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try (FileChannel channel = FileChannel.open(file)) {
            digest.update(length(channel.size()));
            while (channel.read(buffer) >= 0) {
                digest.update(buffer.flip());
                buffer.clear();
            }
        }
    }

    private static byte[] length(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
