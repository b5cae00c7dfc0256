package dev.sensorium.cli.convert;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Reads Python's pickles as far as PyTorch needs them to store tensors. A pickle is a program that may call anything; this
 * reader knows two things to call, and hands every other to its caller as a {@link Call}, which runs nothing.
 */
final class Pickle {

    /** A function or class that a pickle names. */
    record Name(String module, String name) {
        @Override
        public String toString() {
            return module + "." + name;
        }
    }

    /** Something that a pickle wants to have called. */
    record Call(Name function, List<@Nullable Object> arguments) {}

    /** Something that lies beside the pickle. */
    record Persistent(@Nullable Object id) {}

    private static final Name ORDERED_DICT = new Name("collections", "OrderedDict");
    private static final Object MARK = new Object();

    private final ByteBuffer in;
    private final List<@Nullable Object> stack = new ArrayList<>();
    private final Map<Integer, @Nullable Object> memo = new HashMap<>();

    private Pickle(ByteBuffer in) {
        this.in = in.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Returns what a pickle holds: maps, lists (tuples too), texts, numbers, {@link Call}s and {@link Persistent}s.
     *
     * @throws ConversionException if it ends too early, or does what no stored tensor needs
     */
    static @Nullable Object read(ByteBuffer pickle) throws ConversionException {
        Pickle reader = new Pickle(pickle);
        try {
            return reader.run();
        } catch (BufferUnderflowException | NoSuchElementException | IndexOutOfBoundsException e) {
            throw new ConversionException("data.pkl: ends too early, or is not a pickle");
        } catch (ClassCastException e) {
            throw reader.unexpected("a value of another kind");
        }
    }

    private @Nullable Object run() throws ConversionException {
        while (true) {
            int code = in.get() & 0xff;
            if (code == '.') {
                return pop();
            }
            if (!readValue(code) && !readMemo(code) && !build(code)) {
                throw unexpected("operation 0x%02x".formatted(code));
            }
        }
    }

    private boolean readValue(int code) {
        switch (code) {
            case 'N' -> stack.add(null);
            case 0x88 -> stack.add(true);
            case 0x89 -> stack.add(false);
            case 'K' -> stack.add((long) (in.get() & 0xff));
            case 'M' -> stack.add((long) (in.getShort() & 0xffff));
            case 'J' -> stack.add((long) in.getInt());
            case 0x8a -> stack.add(longOf(in.get() & 0xff));
            case 'G' -> stack.add(bigEndianDouble());
            case 'X' -> stack.add(text(in.getInt()));
            case 0x8c -> stack.add(text(in.get() & 0xff));
            case 0x8d -> stack.add(text(Math.toIntExact(in.getLong())));
            case ']', ')' -> stack.add(new ArrayList<>());
            case '}' -> stack.add(new LinkedHashMap<>());
            case '(' -> stack.add(MARK);
            case 'c' -> stack.add(new Name(line(), line()));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean readMemo(int code) {
        switch (code) {
            case 0x80 -> in.get(); // the protocol's version
            case 0x95 -> in.getLong(); // a frame's length
            case 0x94 -> memo.put(memo.size(), top());
            case 'q' -> memo.put(in.get() & 0xff, top());
            case 'r' -> memo.put(in.getInt(), top());
            case 'h' -> stack.add(remembered(in.get() & 0xff));
            case 'j' -> stack.add(remembered(in.getInt()));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean build(int code) {
        switch (code) {
            case 't' -> stack.add(popToMark());
            case 0x85 -> stack.add(popLast(1));
            case 0x86 -> stack.add(popLast(2));
            case 0x87 -> stack.add(popLast(3));
            case 'a' -> {
                Object item = pop();
                listOf(top()).add(item);
            }
            case 'e' -> {
                List<@Nullable Object> items = popToMark();
                listOf(top()).addAll(items);
            }
            case 's' -> put(popLast(2));
            case 'u' -> put(popToMark());
            case 0x93 -> {
                List<@Nullable Object> names = popLast(2);
                stack.add(new Name(as(String.class, names.get(0)), as(String.class, names.get(1))));
            }
            case 'Q' -> stack.add(new Persistent(pop()));
            case 'R' -> reduce();
            case 'b' -> pop(); // attributes of an object, of which nothing is needed
            default -> {
                return false;
            }
        }
        return true;
    }

    private void reduce() {
        List<@Nullable Object> arguments = listOf(pop());
        Name function = as(Name.class, pop());
        boolean empty = function.equals(ORDERED_DICT) && arguments.isEmpty();
        stack.add(empty ? new LinkedHashMap<>() : new Call(function, arguments));
    }

    private void put(List<@Nullable Object> entries) {
        @SuppressWarnings("unchecked") // keys and values are cast where they are used
        Map<@Nullable Object, @Nullable Object> map = as(Map.class, top());
        for (int i = 0; i < entries.size(); i += 2) {
            map.put(entries.get(i), entries.get(i + 1));
        }
    }

    /** Returns a list whose items are cast where they are used. */
    @SuppressWarnings("unchecked")
    private static List<@Nullable Object> listOf(@Nullable Object value) {
        return as(List.class, value);
    }

    /**
     * Returns a value of this type.
     *
     * @throws ClassCastException if it is of another, or none
     */
    static <T> T as(Class<T> type, @Nullable Object value) {
        T cast = type.cast(value);
        if (cast == null) {
            throw new ClassCastException("None");
        }
        return cast;
    }

    private @Nullable Object top() {
        return stack.get(stack.size() - 1);
    }

    private @Nullable Object pop() {
        return stack.remove(stack.size() - 1);
    }

    private List<@Nullable Object> popLast(int count) {
        List<@Nullable Object> last = stack.subList(stack.size() - count, stack.size());
        List<@Nullable Object> items = new ArrayList<>(last);
        last.clear();
        return items;
    }

    private List<@Nullable Object> popToMark() {
        List<@Nullable Object> items = new ArrayList<>();
        for (Object item = pop(); item != MARK; item = pop()) {
            items.add(item);
        }
        Collections.reverse(items);
        return items;
    }

    private @Nullable Object remembered(int index) {
        if (!memo.containsKey(index)) {
            throw new NoSuchElementException();
        }
        return memo.get(index);
    }

    private long longOf(int bytes) {
        byte[] digits = new byte[bytes];
        for (int i = bytes - 1; i >= 0; i--) {
            digits[i] = in.get();
        }
        return bytes == 0 ? 0 : new BigInteger(digits).longValue();
    }

    private double bigEndianDouble() {
        return Double.longBitsToDouble(Long.reverseBytes(in.getLong()));
    }

    private String text(int bytes) {
        byte[] text = new byte[checked(bytes)];
        in.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private int checked(int bytes) {
        if (bytes < 0 || bytes > in.remaining()) {
            throw new BufferUnderflowException();
        }
        return bytes;
    }

    private String line() {
        StringBuilder line = new StringBuilder();
        for (char c = (char) in.get(); c != '\n'; c = (char) in.get()) {
            line.append(c);
        }
        return line.toString();
    }

    private ConversionException unexpected(String what) {
        return new ConversionException(
                "data.pkl: %s at byte %d (expected: tensors by name)".formatted(what, in.position() - 1));
    }
}
