package dev.sensorium.kit.decode;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** States of sources that may come again: as many as fit, those that were not needed for longest left out. */
final class EncoderCache {

    private final long most;
    private final Map<Object, States> states = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    EncoderCache(long most) {
        this.most = most;
    }

    @Nullable
    States get(Object key) {
        return states.get(key);
    }

    /** Keeps states, unless they are more than everything. */
    void put(Object key, States added) {
        if (added.bytes() > most) {
            return;
        }
        States before = states.put(key, added);
        bytes += added.bytes() - (before == null ? 0 : before.bytes());
        Iterator<States> oldest = states.values().iterator();
        while (bytes > most) {
            bytes -= oldest.next().bytes();
            oldest.remove();
        }
    }
}
