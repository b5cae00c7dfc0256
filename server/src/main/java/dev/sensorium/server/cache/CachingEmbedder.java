package dev.sensorium.server.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sensorium.server.SensoriumConfig;
import dev.sensorium.server.schedule.Caller;
import dev.sensorium.server.schedule.Computed;
import dev.sensorium.server.schedule.Embedding;
import dev.sensorium.server.schedule.ServedModel;
import dev.sensorium.spi.Content;
import dev.sensorium.spi.PrepareOptions;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

/**
 * An embedder that remembers: it answers from a cache bounded by bytes, and computes what several callers want at the
 * same time once. Entries of models that are gone cannot be hit, as the key holds the checkpoint's digest; they age out.
 */
@Singleton
public final class CachingEmbedder {

    private final Cache<CacheKey, Embedding> cache;
    private final ConcurrentMap<CacheKey, Flight> flights = new ConcurrentHashMap<>();
    private final boolean enabled;
    private final Counter hits;
    private final Counter misses;
    private final Counter joined;

    @Inject
    CachingEmbedder(SensoriumConfig config, MeterRegistry registry) {
        this(config.cache().maxBytes().asLongValue(), config.cache().timeToLive(), registry);
    }

    /**
     * An empty cache.
     *
     * @param maxBytes bytes of memory for entries; 0 to remember nothing
     * @param timeToLive how long an embedding is kept
     */
    CachingEmbedder(long maxBytes, Duration timeToLive, MeterRegistry registry) {
        this.enabled = maxBytes > 0;
        this.cache = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((CacheKey key, Embedding embedding) -> CacheKey.BYTES + embedding.bytes())
                .expireAfterWrite(timeToLive)
                .executor(Runnable::run)
                .recordStats()
                .build();
        this.hits = lookups(registry, "hit");
        this.misses = lookups(registry, "miss");
        this.joined = lookups(registry, "joined");
        measure(registry);
    }

    /**
     * Embeds one item; cancelling the result takes it out of the queue if nobody else waits for it.
     *
     * @return fails as {@link dev.sensorium.server.schedule.BatchedEmbedder#embed} does
     */
    public CompletableFuture<Embedded> embed(
            ServedModel model, Caller caller, Content content, PrepareOptions options, CacheUse use) {
        Work work = () -> model.embedder().embed(caller, content, options);
        if (!enabled || use == CacheUse.BYPASS) {
            return start(new Flight(flight -> {}), work, embedding -> {});
        }
        CacheKey key = CacheKey.of(model, content, options);
        if (use == CacheUse.REFRESH) {
            return start(new Flight(flight -> {}), work, embedding -> cache.put(key, embedding));
        }
        return lookUp(key, work);
    }

    /** Starts the computation of a miss. */
    private interface Work {
        CompletableFuture<Computed<Embedding>> start();
    }

    private CompletableFuture<Embedded> lookUp(CacheKey key, Work work) {
        while (true) {
            Embedding found = cache.getIfPresent(key);
            if (found != null) {
                return hit(found);
            }
            Flight mine = new Flight(flight -> flights.remove(key, flight));
            Flight other = flights.putIfAbsent(key, mine);
            if (other == null) {
                return lead(key, mine, work);
            }
            CompletableFuture<Embedded> result = other.join();
            if (result != null) {
                joined.increment();
                return result;
            }
            flights.remove(key, other); // it is over: what it found is in the cache by now
        }
    }

    private CompletableFuture<Embedded> lead(CacheKey key, Flight flight, Work work) {
        Embedding found = cache.getIfPresent(key);
        if (found != null) { // another flight landed since the first look
            flight.land(Embedded.hit(found));
            return hit(found);
        }
        misses.increment();
        return start(flight, work, computed -> cache.put(key, computed));
    }

    private CompletableFuture<Embedded> hit(Embedding found) {
        hits.increment();
        return CompletableFuture.completedFuture(Embedded.hit(found));
    }

    private static CompletableFuture<Embedded> start(Flight flight, Work work, Consumer<Embedding> keep) {
        try {
            CompletableFuture<Computed<Embedding>> computing = work.start();
            flight.cancels(computing);
            computing.whenComplete((computed, failure) -> {
                if (failure == null) {
                    keep.accept(computed.value());
                    flight.land(Embedded.of(computed));
                } else {
                    flight.crash(failure);
                }
            });
        } catch (RuntimeException e) {
            flight.crash(e);
        }
        return flight.leader();
    }

    private static Counter lookups(MeterRegistry registry, String result) {
        return registry.counter("sensorium.cache.lookups", "result", result);
    }

    private void measure(MeterRegistry registry) {
        FunctionCounter.builder(
                        "sensorium.cache.evictions", cache, c -> c.stats().evictionCount())
                .register(registry);
        Gauge.builder("sensorium.cache.entries", cache, Cache::estimatedSize).register(registry);
        Gauge.builder("sensorium.cache.size", cache, CachingEmbedder::bytes)
                .baseUnit("bytes")
                .register(registry);
    }

    private static double bytes(Cache<CacheKey, Embedding> cache) {
        return cache.policy().eviction().orElseThrow().weightedSize().orElse(0);
    }
}
