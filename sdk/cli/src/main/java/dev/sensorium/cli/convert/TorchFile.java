package dev.sensorium.cli.convert;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** A file that {@code torch.save} wrote of a dictionary of tensors: a zip file of a pickle and the numbers it is about. */
final class TorchFile implements AutoCloseable {

    private static final String PICKLE = "data.pkl";
    private static final int MOST_PICKLE_BYTES = 64 << 20;
    private static final int MOST_ARRAY_BYTES = Integer.MAX_VALUE - 8;
    private static final int PIECE = 1 << 20;

    private final Path path;
    private final ZipFile zip;
    private final String prefix;
    private final Map<String, TorchTensor> tensors;

    private TorchFile(Path path, ZipFile zip, String prefix, Map<String, TorchTensor> tensors) {
        this.path = path;
        this.zip = zip;
        this.prefix = prefix;
        this.tensors = tensors;
    }

    /** Opens a file and reads what is in it, but for the numbers. */
    static TorchFile open(Path path) throws IOException {
        ZipFile zip = zip(path);
        try {
            String pickle = zip.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.matches("[^/]+/" + PICKLE))
                    .findFirst()
                    .orElseThrow(
                            () -> new IOException(path + ": no data.pkl in it (expected: what torch.save writes)"));
            String prefix = pickle.substring(0, pickle.length() - PICKLE.length());
            requireLittleEndian(path, zip, prefix);
            return new TorchFile(path, zip, prefix, tensors(path, read(zip, pickle)));
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    /** Returns the tensors by name. */
    Map<String, TorchTensor> tensors() {
        return tensors;
    }

    /** Writes a tensor's numbers, row by row. */
    void copy(TorchTensor tensor, OutputStream out) throws IOException {
        TorchTensor.Storage storage = tensor.storage();
        ZipEntry entry = zip.getEntry(prefix + "data/" + storage.key());
        if (entry == null || entry.getSize() != storage.bytes()) {
            throw new IOException("%s: storage %s: %s (expected: %d bytes)"
                    .formatted(
                            path,
                            storage.key(),
                            entry == null ? "not in the file" : entry.getSize() + " bytes",
                            storage.bytes()));
        }
        try (InputStream in = zip.getInputStream(entry)) {
            if (tensor.isContiguous()) {
                in.skipNBytes(tensor.offset() * storage.type().bytes());
                copy(in, tensor.bytes(), out);
            } else {
                gather(in, tensor, out);
            }
        }
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }

    private static void copy(InputStream in, long count, OutputStream out) throws IOException {
        byte[] piece = new byte[(int) Math.min(PIECE, count)];
        for (long left = count; left > 0; ) {
            int read = in.readNBytes(piece, 0, (int) Math.min(piece.length, left));
            if (read == 0) {
                throw new IOException("%d bytes are missing at the end of a storage".formatted(left));
            }
            out.write(piece, 0, read);
            left -= read;
        }
    }

    /** Writes a tensor whose numbers do not lie in its own order, such as a transposed one. */
    private void gather(InputStream in, TorchTensor tensor, OutputStream out) throws IOException {
        if (tensor.storage().bytes() > MOST_ARRAY_BYTES) {
            throw new IOException("%s: storage %s: %d bytes (expected: <= %d, as its tensor is a view of it)"
                    .formatted(path, tensor.storage().key(), tensor.storage().bytes(), MOST_ARRAY_BYTES));
        }
        byte[] all = in.readAllBytes();
        int size = tensor.storage().type().bytes();
        long[] index = new long[tensor.shape().size()];
        for (long i = 0; i < tensor.elements(); i++) {
            long place = tensor.offset();
            for (int d = 0; d < index.length; d++) {
                place += index[d] * tensor.strides().get(d);
            }
            out.write(all, Math.toIntExact(place * size), size);
            for (int d = index.length - 1; d >= 0; d--) {
                index[d]++;
                if (index[d] < tensor.shape().get(d)) {
                    break;
                }
                index[d] = 0;
            }
        }
    }

    private static ZipFile zip(Path path) throws IOException {
        try {
            return new ZipFile(path.toFile());
        } catch (ZipException e) {
            throw new IOException(path + ": not a zip file (expected: what torch.save writes since PyTorch 1.6)", e);
        }
    }

    private static Map<String, TorchTensor> tensors(Path path, byte[] pickle) throws IOException {
        try {
            return Unpickler.tensors(pickle);
        } catch (IOException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        }
    }

    private static void requireLittleEndian(Path path, ZipFile zip, String prefix) throws IOException {
        String name = prefix + "byteorder";
        if (zip.getEntry(name) != null) {
            String order = new String(read(zip, name), StandardCharsets.US_ASCII);
            if (!order.equals("little")) {
                throw new IOException(path + ": byteorder: not little (expected: little)");
            }
        }
    }

    private static byte[] read(ZipFile zip, String name) throws IOException {
        try (InputStream in = zip.getInputStream(zip.getEntry(name))) {
            byte[] bytes = in.readNBytes(MOST_PICKLE_BYTES + 1);
            if (bytes.length > MOST_PICKLE_BYTES) {
                throw new IOException("%s: more than %d bytes".formatted(name, MOST_PICKLE_BYTES));
            }
            return bytes;
        }
    }
}
