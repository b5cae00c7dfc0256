package dev.sensorium.cli.convert;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * A state dict as {@code torch.save} writes it since PyTorch 1.6: a zip file of a pickle, and the tensors' numbers beside
 * it. Only tensors are read, and nothing that the pickle names is run.
 */
final class TorchFile implements Closeable {

    private static final String PICKLE = "/data.pkl";
    private static final long MOST_PICKLE_BYTES = 64L << 20;
    private static final Pickle.Name TENSOR = new Pickle.Name("torch._utils", "_rebuild_tensor_v2");
    private static final Pickle.Name PARAMETER = new Pickle.Name("torch._utils", "_rebuild_parameter");
    /** Under what training programs put the state dict beside their own state. */
    private static final List<String> WRAPPERS = List.of("model_state_dict", "state_dict");

    private static final Map<String, DType> TYPES = Map.of(
            "BoolStorage", DType.BOOL,
            "ByteStorage", DType.U8,
            "CharStorage", DType.I8,
            "ShortStorage", DType.I16,
            "HalfStorage", DType.F16,
            "BFloat16Storage", DType.BF16,
            "IntStorage", DType.I32,
            "FloatStorage", DType.F32,
            "LongStorage", DType.I64,
            "DoubleStorage", DType.F64);

    private final String name;
    private final ZipFile zip;
    private final String root;

    private TorchFile(String name, ZipFile zip, String root) {
        this.name = name;
        this.zip = zip;
        this.root = root;
    }

    static TorchFile open(Path path) throws IOException {
        String name = String.valueOf(path.getFileName());
        ZipFile zip;
        try {
            zip = new ZipFile(path.toFile());
        } catch (ZipException e) {
            throw new ConversionException(
                    name + ": not a zip file (expected: one as torch.save writes it since PyTorch 1.6)");
        }
        try {
            String root = zip.stream()
                    .map(ZipEntry::getName)
                    .filter(entry -> entry.endsWith(PICKLE))
                    .map(entry -> entry.substring(0, entry.length() - PICKLE.length()))
                    .findFirst()
                    .orElseThrow(() -> new ConversionException(name + ": no data.pkl (expected: a state dict)"));
            return new TorchFile(name, zip, root);
        } catch (IOException e) {
            zip.close();
            throw e;
        }
    }

    /** Returns the tensors by name; their numbers can be read until this file is closed. */
    SortedMap<String, Tensor> tensors() throws IOException {
        ZipEntry order = zip.getEntry(root + "/byteorder");
        if (order != null && !new String(bytes(order), StandardCharsets.US_ASCII).equals("little")) {
            throw new ConversionException(name + ": big-endian (expected: little-endian)");
        }
        ZipEntry pickle = entry(PICKLE);
        if (pickle.getSize() > MOST_PICKLE_BYTES) {
            throw new ConversionException(
                    "%s: data.pkl of %d bytes (expected: <= %d)".formatted(name, pickle.getSize(), MOST_PICKLE_BYTES));
        }
        try {
            return tensors(Pickle.read(ByteBuffer.wrap(bytes(pickle))));
        } catch (ConversionException e) {
            throw new ConversionException(name + ": " + e.getMessage());
        } catch (ClassCastException | IndexOutOfBoundsException | ArithmeticException e) {
            throw new ConversionException(name + ": data.pkl: a tensor that is none (expected: as PyTorch writes it)");
        }
    }

    private SortedMap<String, Tensor> tensors(@Nullable Object stored) throws ConversionException {
        if (!(stored instanceof Map<?, ?> map)) {
            throw new ConversionException("data.pkl: not a state dict (expected: tensors by name)");
        }
        for (String wrapper : WRAPPERS) {
            if (map.get(wrapper) instanceof Map<?, ?>) {
                return tensors(map.get(wrapper));
            }
        }
        SortedMap<String, Tensor> tensors = new TreeMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            String key = Pickle.as(String.class, entry.getKey());
            tensors.put(key, tensor(key, entry.getValue()));
        }
        return tensors;
    }

    private Tensor tensor(String key, @Nullable Object value) throws ConversionException {
        if (!(value instanceof Pickle.Call call)) {
            throw new ConversionException("%s: not a tensor (expected: tensors only)".formatted(key));
        }
        if (call.function().equals(PARAMETER)) {
            return tensor(key, call.arguments().get(0));
        }
        if (!call.function().equals(TENSOR)) {
            throw new ConversionException(
                    "%s: wants %s to be called (expected: tensors only)".formatted(key, call.function()));
        }
        Pickle.Persistent storage =
                Pickle.as(Pickle.Persistent.class, call.arguments().get(0));
        List<?> id = Pickle.as(List.class, storage.id());
        List<Integer> shape = integers(call.arguments().get(2));
        int[] strides =
                integers(call.arguments().get(3)).stream().mapToInt(i -> i).toArray();
        DType type = type(key, Pickle.as(Pickle.Name.class, id.get(1)));
        int first = Math.toIntExact(Pickle.as(Long.class, call.arguments().get(1)));
        return tensor(key, type, Pickle.as(String.class, id.get(2)), shape, strides, first);
    }

    private Tensor tensor(String key, DType type, String storage, List<Integer> shape, int[] strides, int first)
            throws ConversionException {
        ZipEntry numbers = entry("/data/" + storage);
        long last = first;
        for (int i = 0; i < strides.length; i++) {
            last += (shape.get(i) - 1L) * strides[i];
        }
        boolean empty = shape.contains(0);
        boolean sound = first >= 0
                && strides.length == shape.size()
                && shape.stream().allMatch(size -> size >= 0)
                && Arrays.stream(strides).allMatch(stride -> stride >= 0);
        if (!sound || !empty && (last + 1) * type.bytes() > numbers.getSize()) {
            throw new ConversionException("%s: shape %s from number %d on in %d bytes (expected: within)"
                    .formatted(key, shape, first, numbers.getSize()));
        }
        boolean plain = empty || Arrays.equals(strides, Tensor.strides(shape)) && first == 0;
        return new Tensor(type, shape, () -> {
            ByteBuffer all = ByteBuffer.wrap(bytes(numbers));
            Tensor result = new Tensor(type, shape, () -> all);
            return plain
                    ? all.limit(Math.toIntExact(result.bytes()))
                    : Tensor.gathered(all, type.bytes(), shape, strides, first);
        });
    }

    private static DType type(String key, Pickle.Name storage) throws ConversionException {
        DType type = storage.module().equals("torch") ? TYPES.get(storage.name()) : null;
        if (type == null) {
            throw new ConversionException("%s: of type %s (expected: one of %s)"
                    .formatted(key, storage, TYPES.keySet().stream().sorted().toList()));
        }
        return type;
    }

    private static List<Integer> integers(@Nullable Object list) {
        List<?> items = Pickle.as(List.class, list);
        return items.stream()
                .map(item -> Math.toIntExact(Pickle.as(Long.class, item)))
                .toList();
    }

    private ZipEntry entry(String path) throws ConversionException {
        ZipEntry entry = zip.getEntry(root + path);
        if (entry == null) {
            throw new ConversionException("%s is missing (expected: in the zip file)".formatted(path.substring(1)));
        }
        return entry;
    }

    private byte[] bytes(ZipEntry entry) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            return in.readAllBytes();
        }
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
