package dev.sensorium.cli.convert;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads pickles of dictionaries of tensors, as PyTorch writes them (protocols 2 to 4). What a pickle asks for beyond that
 * is refused; nothing in it is run.
 */
final class Unpickler {

    private static final Object MARK = new Object();
    private static final Object NONE = new Object();
    private static final Map<String, TorchType> STORAGES = TorchType.byStorage();
    private static final String DICTIONARY = "collections.OrderedDict";
    private static final String TENSOR = "torch._utils._rebuild_tensor_v2";
    private static final String PARAMETER = "torch._utils._rebuild_parameter";

    private final ByteBuffer in;
    private final List<Object> stack = new ArrayList<>();
    private final Map<Integer, Object> memo = new HashMap<>();

    private Unpickler(byte[] pickle) {
        this.in = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Something that a pickle names. */
    private record Name(String value) {}

    /**
     * Reads the dictionary that a pickle holds.
     *
     * @throws IOException if it holds something else, or is broken
     */
    static Map<String, TorchTensor> tensors(byte[] pickle) throws IOException {
        try {
            Map<String, TorchTensor> tensors = new LinkedHashMap<>();
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) new Unpickler(pickle).load()).entrySet()) {
                if (!(entry.getValue() instanceof TorchTensor tensor)) {
                    throw new IOException("\"%s\" is no tensor (expected: tensors only)".formatted(entry.getKey()));
                }
                tensors.put((String) entry.getKey(), tensor);
            }
            return tensors;
        } catch (BufferUnderflowException
                | ClassCastException
                | IndexOutOfBoundsException
                | IllegalArgumentException
                | ArithmeticException e) {
            throw new IOException("a broken pickle (expected: a dictionary of tensors)", e);
        }
    }

    private Object load() throws IOException {
        while (true) {
            int code = in.get() & 0xff;
            if (code == '.') {
                return pop();
            }
            if (!number(code) && !text(code) && !collection(code) && !memory(code)) {
                call(code);
            }
        }
    }

    private boolean number(int code) {
        switch (code) {
            case 'N' -> push(NONE);
            case 0x88 -> push(true);
            case 0x89 -> push(false);
            case 'J' -> push((long) in.getInt());
            case 'K' -> push((long) (in.get() & 0xff));
            case 'M' -> push((long) (in.getShort() & 0xffff));
            case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(in.getLong())));
            case 0x8a -> push(longOf(in.get() & 0xff));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean text(int code) {
        switch (code) {
            case 'X' -> push(string(in.getInt()));
            case 0x8c -> push(string(in.get() & 0xff));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean collection(int code) {
        switch (code) {
            case '(' -> push(MARK);
            case ')' -> push(List.of());
            case ']' -> push(new ArrayList<>());
            case '}' -> push(new LinkedHashMap<>());
            case 't' -> push(sinceMark());
            case 0x85 -> push(last(1));
            case 0x86 -> push(last(2));
            case 0x87 -> push(last(3));
            case 's' -> put(last(2));
            case 'u' -> put(sinceMark());
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean memory(int code) {
        switch (code) {
            case 0x80 -> in.get(); // the protocol
            case 0x95 -> in.getLong(); // how long the next part is
            case 'q' -> memo.put(in.get() & 0xff, top());
            case 'r' -> memo.put(in.getInt(), top());
            case 0x94 -> memo.put(memo.size(), top());
            case 'h' -> recall(in.get() & 0xff);
            case 'j' -> recall(in.getInt());
            default -> {
                return false;
            }
        }
        return true;
    }

    private void call(int code) throws IOException {
        switch (code) {
            case 'c' -> push(named(line() + "." + line()));
            case 0x93 -> {
                List<Object> names = last(2);
                push(named(names.get(0) + "." + names.get(1)));
            }
            case 'Q' -> push(storage((List<?>) pop()));
            case 'R' -> {
                List<Object> call = last(2);
                push(made((Name) call.get(0), (List<?>) call.get(1)));
            }
            // The state of a dictionary, such as the versions of modules.
            case 'b' -> pop();
            default ->
                throw new IOException(
                        "a pickle with the instruction 0x%02x (expected: a dictionary of tensors)".formatted(code));
        }
    }

    private static Name named(String name) throws IOException {
        if (!STORAGES.containsKey(name)
                && !List.of(DICTIONARY, TENSOR, PARAMETER).contains(name)) {
            throw new IOException("a pickle that calls %s (expected: a dictionary of tensors)"
                    .formatted(name.replaceAll("[^\\w.]", "?")));
        }
        return new Name(name);
    }

    private static Object made(Name name, List<?> arguments) {
        return switch (name.value()) {
            case DICTIONARY -> new LinkedHashMap<>();
            case PARAMETER -> arguments.get(0);
            case TENSOR ->
                new TorchTensor(
                        (TorchTensor.Storage) arguments.get(0),
                        (Long) arguments.get(1),
                        longs(arguments.get(2)),
                        longs(arguments.get(3)));
            default -> throw new IllegalArgumentException(name.value());
        };
    }

    private static TorchTensor.Storage storage(List<?> id) {
        TorchType type = STORAGES.get(((Name) id.get(1)).value());
        if (!id.get(0).equals("storage") || type == null) {
            throw new IllegalArgumentException("storage");
        }
        return new TorchTensor.Storage((String) id.get(2), type, (Long) id.get(4));
    }

    private static List<Long> longs(Object list) {
        return ((List<?>) list).stream().map(Long.class::cast).toList();
    }

    @SuppressWarnings("unchecked") // the only dictionaries are those that were made here
    private void put(List<Object> pairs) {
        Map<Object, Object> dictionary = (Map<Object, Object>) top();
        for (int i = 0; i < pairs.size(); i += 2) {
            dictionary.put(pairs.get(i), pairs.get(i + 1));
        }
    }

    private void recall(int place) {
        Object value = memo.get(place);
        if (value == null) {
            throw new IllegalArgumentException("memo");
        }
        push(value);
    }

    private long longOf(int bytes) {
        if (bytes > Long.BYTES) {
            throw new IllegalArgumentException("long");
        }
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            long next = in.get();
            // The last byte has the sign.
            value |= (i == bytes - 1 ? next : next & 0xff) << (8 * i);
        }
        return value;
    }

    private String string(int length) {
        ByteBuffer bytes = in.slice(in.position(), length);
        in.position(in.position() + length);
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    private String line() {
        StringBuilder line = new StringBuilder();
        for (char c = (char) in.get(); c != '\n'; c = (char) in.get()) {
            line.append(c);
        }
        return line.toString();
    }

    private void push(Object value) {
        stack.add(value);
    }

    private Object top() {
        return stack.get(stack.size() - 1);
    }

    private Object pop() {
        return stack.remove(stack.size() - 1);
    }

    private List<Object> last(int count) {
        List<Object> end = stack.subList(stack.size() - count, stack.size());
        List<Object> last = List.copyOf(end);
        end.clear();
        return last;
    }

    private List<Object> sinceMark() {
        int mark = stack.lastIndexOf(MARK);
        List<Object> items = last(stack.size() - 1 - mark);
        pop();
        return items;
    }
}
