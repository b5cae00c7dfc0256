package dev.sensorium.kit.decode;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a request's rows attend to, as far as it is encoded. */
final class Encoding {

    private final List<Source> sources;
    private final Map<Source, States> states = new IdentityHashMap<>();
    private int encoded;
    private int hits;

    Encoding(List<Opening> openings) {
        List<Source> all = new ArrayList<>();
        for (Opening opening : openings) {
            if (opening.source() != null) {
                all.add(opening.source());
            }
        }
        this.sources = List.copyOf(all);
    }

    /** Returns whether the states of all openings are there. */
    boolean isDone() {
        return states.keySet().containsAll(sources);
    }

    /** Returns the states of a source, or null if they are not there yet. */
    @Nullable
    States states(Source source) {
        return states.get(source);
    }

    /** Returns the sources that can be encoded now, after those that are in the cache were taken from there. */
    List<Source> next(EncoderCache cache) {
        Set<Source> next = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Source> ordered = new ArrayList<>();
        for (Source source : sources) {
            collect(source, cache, found -> {
                if (next.add(found)) {
                    ordered.add(found);
                }
            });
        }
        return ordered;
    }

    /** Takes the states of a source. */
    void encoded(Source source, States made) {
        states.put(source, made);
        encoded += source.key() == null ? 0 : 1;
    }

    /** Takes the states of a source that were made for another request. */
    void shared(Source source, States made) {
        states.put(source, made);
        hits++;
    }

    /** Forgets the states; they are in the session. */
    void forget() {
        states.clear();
    }

    int encoded() {
        return encoded;
    }

    int hits() {
        return hits;
    }

    /** Finds what is to be encoded before a source is there; returns whether it is there. */
    private boolean collect(Source source, EncoderCache cache, Consumer<Source> found) {
        if (states.containsKey(source)) {
            return true;
        }
        Object key = source.key();
        States known = key == null ? null : cache.get(key);
        if (known != null) {
            shared(source, known);
            return true;
        }
        boolean ready = true;
        for (Source part : source.parts()) {
            ready &= collect(part, cache, found);
        }
        if (ready) {
            found.accept(source);
        }
        return false;
    }
}
