package dev.sensorium.server.schedule;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A queue that serves its callers in turn, one item each. So a caller with one item waits for at most one item of every
 * caller that came before, however many those have. Not thread-safe.
 */
final class FairQueue<T> {

    /** The items of each caller; callers in the order of their turns. */
    private final Map<Caller, Set<T>> turns = new LinkedHashMap<>();

    private int size;

    void add(Caller caller, T item) {
        if (turns.computeIfAbsent(caller, c -> new LinkedHashSet<>()).add(item)) {
            size++;
        }
    }

    /** Returns the item whose turn it is, or null if there is none. */
    @Nullable
    T peek() {
        return turns.isEmpty()
                ? null
                : turns.values().iterator().next().iterator().next();
    }

    /** Takes the item whose turn it is, or null if there is none. */
    @Nullable
    T poll() {
        Iterator<Map.Entry<Caller, Set<T>>> callers = turns.entrySet().iterator();
        if (!callers.hasNext()) {
            return null;
        }
        Map.Entry<Caller, Set<T>> turn = callers.next();
        Caller caller = turn.getKey();
        Set<T> items = turn.getValue();
        callers.remove();
        Iterator<T> first = items.iterator();
        T item = first.next();
        first.remove();
        size--;
        if (!items.isEmpty()) {
            turns.put(caller, items);
        }
        return item;
    }

    /** Returns whether the item was there. */
    boolean remove(Caller caller, T item) {
        Set<T> items = turns.get(caller);
        if (items == null || !items.remove(item)) {
            return false;
        }
        size--;
        if (items.isEmpty()) {
            turns.remove(caller);
        }
        return true;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }
}
