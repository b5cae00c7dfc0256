package dev.sensorium.kit.decode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs the encoder for a loop's requests, a bounded piece at a time, and once for sources of one key. */
final class EncoderStage {

    private final @Nullable Encoder encoder;
    private final EncoderCache cache;

    /** A source that a request waits for. */
    private record Wait(Job job, Source source) {

        Encoder.Item item() {
            List<States> parts = new ArrayList<>();
            for (Source part : source.parts()) {
                States states = job.encoding().states(part);
                if (states == null) {
                    throw new IllegalStateException("a part is not encoded yet");
                }
                parts.add(states);
            }
            return new Encoder.Item(source, parts);
        }
    }

    EncoderStage(@Nullable Encoder encoder, long cacheBytes) {
        this.encoder = encoder;
        this.cache = new EncoderCache(cacheBytes);
    }

    /** Encodes at most so many sources, those of the first requests; returns whether there were any. */
    boolean run(List<Job> jobs, int most) {
        if (encoder == null) {
            return false;
        }
        List<List<Wait>> batch = batch(jobs, most);
        if (batch.isEmpty()) {
            return false;
        }
        encode(encoder, batch);
        return true;
    }

    /** Encodes sources; if that fails, each by itself, so that one does not make others fail. */
    private void encode(Encoder network, List<List<Wait>> batch) {
        try {
            deliver(
                    batch,
                    network.encode(
                            batch.stream().map(waits -> waits.get(0).item()).toList()));
        } catch (RuntimeException e) {
            if (batch.size() > 1) {
                batch.forEach(waits -> encode(network, List.of(waits)));
            } else {
                batch.get(0).forEach(wait -> wait.job().fail(e));
            }
        }
    }

    /** Returns who waits for which sources, all of the group of the first. */
    private List<List<Wait>> batch(List<Job> jobs, int most) {
        Map<Object, List<Wait>> batch = new LinkedHashMap<>();
        Object group = null;
        for (Job job : jobs) {
            if (job.hasBegun() || job.isFinished()) {
                continue;
            }
            for (Source source : job.encoding().next(cache)) {
                group = group == null ? source.group() : group;
                Object key = source.key() == null ? new Object() : source.key();
                if (source.group().equals(group) && (batch.size() < most || batch.containsKey(key))) {
                    batch.computeIfAbsent(key, k -> new ArrayList<>()).add(new Wait(job, source));
                }
            }
        }
        return List.copyOf(batch.values());
    }

    private void deliver(List<List<Wait>> batch, List<States> made) {
        if (made.size() != batch.size()) {
            throw new IllegalStateException(
                    "states: of %d sources (expected: %d)".formatted(made.size(), batch.size()));
        }
        for (int i = 0; i < batch.size(); i++) {
            Wait first = batch.get(i).get(0);
            first.job().encoding().encoded(first.source(), made.get(i));
            for (Wait other : batch.get(i).subList(1, batch.get(i).size())) {
                other.job().encoding().shared(other.source(), made.get(i));
            }
            Object key = first.source().key();
            if (key != null) {
                cache.put(key, made.get(i));
            }
        }
    }
}
