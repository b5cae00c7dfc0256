package dev.sensorium.server.schedule;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Prepared items that wait for a batch, in one lane per batch group. Lanes are served in turn, and within a lane the
 * callers are. Not thread-safe.
 */
final class Lanes<P, O> {

    private final int maxRows;
    private final long maxDelay;
    private final Map<Object, Lane<P, O>> lanes = new LinkedHashMap<>();
    private int rows;
    private int items;

    /**
     * No lanes yet.
     *
     * @param maxRows rows that make a full batch
     * @param maxDelay nanoseconds that a batch waits to be filled
     */
    Lanes(int maxRows, long maxDelay) {
        this.maxRows = maxRows;
        this.maxDelay = maxDelay;
    }

    /** An item with what it was prepared to. Not a record: two are equal only if they are the same. */
    static final class Ready<P, O> {
        final Item<P, O> item;
        final P prepared;
        final Object group;
        final int rows;

        Ready(Item<P, O> item, P prepared, Kernel<P, O> kernel) {
            this.item = item;
            this.prepared = prepared;
            this.group = kernel.group(prepared);
            this.rows = Math.max(1, kernel.rows(prepared));
        }
    }

    private static final class Lane<P, O> {
        final FairQueue<Ready<P, O>> waiting = new FairQueue<>();
        final long opened;
        int rows;

        Lane(long opened) {
            this.opened = opened;
        }
    }

    void add(Ready<P, O> ready, long now) {
        Lane<P, O> lane = lanes.computeIfAbsent(ready.group, group -> new Lane<>(now));
        lane.waiting.add(ready.item.caller, ready);
        count(lane, ready.rows, 1);
    }

    /** Returns whether the item was there. */
    boolean remove(Ready<P, O> ready) {
        Lane<P, O> lane = lanes.get(ready.group);
        if (lane == null || !lane.waiting.remove(ready.item.caller, ready)) {
            return false;
        }
        count(lane, -ready.rows, -1);
        if (lane.waiting.isEmpty()) {
            lanes.remove(ready.group);
        }
        return true;
    }

    /**
     * Takes the next batch: items of the first lane that is full or has waited long enough.
     *
     * @param hurry take what there is, full or not
     * @return empty if no lane has
     */
    List<Ready<P, O>> poll(long now, boolean hurry) {
        Iterator<Map.Entry<Object, Lane<P, O>>> turns = lanes.entrySet().iterator();
        while (turns.hasNext()) {
            Map.Entry<Object, Lane<P, O>> turn = turns.next();
            Lane<P, O> lane = turn.getValue();
            if (hurry || delay(lane, now) <= 0) {
                Object group = turn.getKey();
                turns.remove();
                List<Ready<P, O>> batch = take(lane);
                if (!lane.waiting.isEmpty()) {
                    lanes.put(group, lane);
                }
                return batch;
            }
        }
        return List.of();
    }

    /** Returns in how many nanoseconds a batch will be due; not positive if one is, MAX_VALUE if nothing waits. */
    long delay(long now) {
        return lanes.values().stream().mapToLong(lane -> delay(lane, now)).min().orElse(Long.MAX_VALUE);
    }

    /** Returns the rows of all items that wait. */
    int rows() {
        return rows;
    }

    int items() {
        return items;
    }

    private long delay(Lane<P, O> lane, long now) {
        return lane.rows >= maxRows ? 0 : maxDelay - (now - lane.opened);
    }

    /** Takes what fits into one batch; an item that is larger than a batch goes alone. */
    private List<Ready<P, O>> take(Lane<P, O> lane) {
        List<Ready<P, O>> batch = new ArrayList<>();
        int room = maxRows;
        for (@Nullable Ready<P, O> next = lane.waiting.peek();
                next != null && (batch.isEmpty() || next.rows <= room);
                next = lane.waiting.peek()) {
            lane.waiting.poll();
            batch.add(next);
            room -= next.rows;
            count(lane, -next.rows, -1);
        }
        return batch;
    }

    private void count(Lane<P, O> lane, int addedRows, int addedItems) {
        lane.rows += addedRows;
        rows += addedRows;
        items += addedItems;
    }
}
