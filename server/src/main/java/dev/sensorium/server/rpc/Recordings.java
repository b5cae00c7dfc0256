package dev.sensorium.server.rpc;

import dev.sensorium.server.SensoriumConfig;
import dev.sensorium.server.ServiceException;
import dev.sensorium.server.schedule.Generation;
import dev.sensorium.spi.Generator.Step;
import io.grpc.Status;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;

/**
 * The generations that can be resumed. One whose connection is lost is kept for the window that its request asked for,
 * and one that has finished as well, as its client may not have read the end; what a client cancels is ended at once.
 */
@Singleton
final class Recordings {

    private static final int ID_BYTES = 16;

    private final SensoriumConfig.Generation config;
    private final CallPool pool;
    private final Alarms alarms;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Recording> byId = new ConcurrentHashMap<>();
    private final Deque<Recording> finished = new ArrayDeque<>();
    private final Counter resumed;
    private volatile boolean draining;

    /** How a call left the generation that it read. */
    enum Leaving {
        /** It has sent all that there was. */
        DELIVERED,
        /** Its connection is lost. */
        LOST,
        /** It was cancelled, too late or cut off. */
        ENDED
    }

    @Inject
    Recordings(SensoriumConfig config, CallPool pool, Alarms alarms, MeterRegistry registry) {
        this.config = config.generation();
        this.pool = pool;
        this.alarms = alarms;
        this.resumed = registry.counter("sensorium.generation.resumed");
        Gauge.builder("sensorium.generation.kept", byId, Map::size).register(registry);
    }

    /** Returns the longest window that a request may ask for. */
    Duration maxWindow() {
        return config.resumeWindow();
    }

    /** Runs an action when a client has had long enough to read something. */
    Future<?> whenIdle(Runnable action) {
        return alarms.after(config.readerIdle(), action);
    }

    /** Records a generation for the call that started it. */
    Recording record(GenerateCall call, Work<Step> work, Generation<Step> steps, PromptFields fields, Duration window) {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        Recording.Keep keep = new Recording.Keep(
                window, config.resumeResponses(), config.resumeBytes().asLongValue(), pool.threads());
        Recording recording = new Recording(HexFormat.of().formatHex(id), work, steps, fields, keep);
        recording.read(call);
        if (!window.isZero()) {
            byId.put(recording.id(), recording);
        }
        return recording;
    }

    /** Has a call read on. */
    Recording resume(GenerateCall call, String id, long sequence) {
        Recording recording = byId.get(id);
        if (recording == null || !recording.resume(call, sequence)) {
            throw new ServiceException(
                    Status.Code.NOT_FOUND,
                    "GENERATION_NOT_FOUND",
                    "resume.generation_id: %s (expected: one that has not ended, within its window)"
                            .formatted(Violations.quoted(id)));
        }
        resumed.increment();
        return recording;
    }

    /** Is told that a call has left a generation. */
    void left(Recording recording, GenerateCall call, Leaving how) {
        if (!recording.leave(call)) {
            return; // another call reads it
        }
        if (how == Leaving.ENDED || draining || !recording.isResumable()) {
            forget(recording);
            return;
        }
        recording.goOn();
        alarms.after(recording.window(), () -> pool.threads().execute(() -> expire(recording)));
        if (recording.isOver()) {
            makeRoom(recording);
        }
    }

    private void expire(Recording recording) {
        if (recording.expire()) {
            forget(recording);
        }
    }

    private void makeRoom(Recording last) {
        synchronized (finished) {
            finished.remove(last);
            finished.add(last);
            while (finished.size() > config.resumeFinished()) {
                forget(finished.remove());
            }
        }
    }

    private void forget(Recording recording) {
        byId.remove(recording.id());
        recording.close();
        synchronized (finished) {
            finished.remove(recording);
        }
    }

    /** Ends what waits for its client, and from now on what loses it. */
    void drain() {
        draining = true;
        Collection<Recording> all = List.copyOf(byId.values());
        all.stream().filter(Recording::isUnread).forEach(this::forget);
    }
}
