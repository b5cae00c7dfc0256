package dev.sensorium.server.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sensorium.server.Configs;
import dev.sensorium.server.schedule.Caller;
import dev.sensorium.server.schedule.Scheduler;
import dev.sensorium.server.schedule.ServedModel;
import dev.sensorium.spi.Content;
import dev.sensorium.spi.Device;
import dev.sensorium.spi.Embedder;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelCard;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Text;
import dev.sensorium.spi.Video;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CachingEmbedderTest {

    private static final PrepareOptions OPTIONS = PrepareOptions.DEFAULT;

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final Scheduler scheduler = new Scheduler(Configs.defaults(), registry);
    private final List<ServedModel> served = new ArrayList<>();
    private final Lengths lengths = new Lengths();
    private final ServedModel model = serve("lengths", "1", "sha");
    private final CachingEmbedder embedder = new CachingEmbedder(1 << 20, Duration.ofDays(1), registry);

    /** Embeds a text as its length and the number of batches so far; batches wait to be let go. */
    private static final class Lengths implements Model, Embedder {
        final BlockingQueue<List<Prepared>> started = new LinkedBlockingQueue<>();
        final Semaphore gate = new Semaphore(0);
        private int batches;

        private record Item(String text) implements Prepared {
            @Override
            public Object group() {
                return "all";
            }
        }

        @Override
        public Set<Modality> modalities() {
            return Set.of(Modality.TEXT);
        }

        @Override
        public int dimensions() {
            return 2;
        }

        @Override
        public Prepared prepare(Content content, PrepareOptions options) {
            return new Item(content instanceof Text text ? text.value() : "");
        }

        @Override
        public List<float[]> embed(List<Prepared> batch) {
            started.add(batch);
            gate.acquireUninterruptibly();
            batches++;
            return batch.stream().map(this::embedding).toList();
        }

        private float[] embedding(Prepared item) {
            int length = ((Item) item).text().length();
            return new float[] {length == 0 ? Float.NaN : length, batches};
        }

        @Override
        public ModelCard card() {
            return new ModelCard("Lengths", 0, "float32", "exact", Map.of());
        }

        @Override
        public void close() {}
    }

    @AfterEach
    void close() {
        lengths.gate.release(1000);
        served.forEach(ServedModel::close);
        scheduler.close();
    }

    @Test
    void answersFromTheCacheTheSecondTime() {
        lengths.gate.release(1000);
        Embedded first = embed(new Text("abc")).join();
        Embedded second = embed(new Text("abc")).join();
        assertThat(first.cacheHit()).isFalse();
        assertThat(second.cacheHit()).isTrue();
        assertThat(second.embedding().vector()).containsExactly(3, 1);
        assertThat(lookups("hit")).isEqualTo(1);
        assertThat(lookups("miss")).isEqualTo(1);
        assertThat(registry.get("sensorium.cache.entries").gauge().value()).isEqualTo(1);
        assertThat(registry.get("sensorium.cache.size").gauge().value()).isEqualTo(CacheKey.BYTES + 8);
    }

    @Test
    void computesOnceWhatIsWantedTwice() throws Exception {
        CompletableFuture<Embedded> first = embed(new Text("abc"));
        lengths.started.take();
        CompletableFuture<Embedded> second = embed(new Text("abc"));
        lengths.gate.release(1000);
        assertThat(first.join().embedding().vector())
                .isSameAs(second.join().embedding().vector());
        assertThat(lengths.started).isEmpty();
        assertThat(lookups("joined")).isEqualTo(1);
    }

    @Test
    void oneWhoLeavesDoesNotHarmTheOthers() throws Exception {
        embed(new Text("x"));
        lengths.started.take();
        CompletableFuture<Embedded> first = embed(new Text("abc"));
        CompletableFuture<Embedded> second = embed(new Text("abc"));
        first.cancel(false);
        lengths.gate.release(1000);
        assertThat(second.join().embedding().vector()).containsExactly(3, 2);
    }

    @Test
    void theLastWhoLeavesCancelsTheWork() throws Exception {
        CompletableFuture<Embedded> other = embed(new Text("x"));
        lengths.started.take();
        CompletableFuture<Embedded> first = embed(new Text("abc"));
        CompletableFuture<Embedded> second = embed(new Text("abc"));
        first.cancel(false);
        second.cancel(false);
        lengths.gate.release(1000);
        other.join();
        assertThat(embed(new Text("later")).join().embedding().vector()).containsExactly(5, 2);
        assertThat(registry.get("sensorium.queue.cancelled").counter().count()).isEqualTo(1);
        assertThat(embed(new Text("abc")).join().cacheHit()).isFalse();
    }

    @Test
    void refreshesAndBypasses() {
        lengths.gate.release(1000);
        embed(new Text("abc")).join();
        assertThat(embed(new Text("abc"), CacheUse.BYPASS).join().embedding().vector())
                .containsExactly(3, 2);
        assertThat(embed(new Text("abc")).join().embedding().vector()).containsExactly(3, 1);
        assertThat(embed(new Text("abc"), CacheUse.REFRESH).join().cacheHit()).isFalse();
        assertThat(embed(new Text("abc")).join().embedding().vector()).containsExactly(3, 3);
    }

    @Test
    void aFailureIsToldToAllAndNotKept() throws Exception {
        embed(new Text("x"));
        lengths.started.take();
        CompletableFuture<Embedded> first = embed(new Text(""));
        CompletableFuture<Embedded> second = embed(new Text(""));
        lengths.gate.release(1000);
        assertThatThrownBy(first::join)
                .hasRootCauseInstanceOf(ModelException.class)
                .hasRootCauseMessage("embedding: NaN (expected: finite numbers)");
        assertThatThrownBy(second::join).hasRootCauseInstanceOf(ModelException.class);
        assertThatThrownBy(() -> embed(new Text("")).join()).hasRootCauseInstanceOf(ModelException.class);
    }

    @Test
    void withoutRoomItRemembersNothing() {
        lengths.gate.release(1000);
        CachingEmbedder none = new CachingEmbedder(0, Duration.ofDays(1), new SimpleMeterRegistry());
        for (int batch = 1; batch <= 2; batch++) {
            Embedded embedded = none.embed(model, new Caller(), new Text("abc"), OPTIONS, CacheUse.USE)
                    .join();
            assertThat(embedded.embedding().vector()).containsExactly(3, batch);
        }
    }

    @Test
    void keysDifferByAllThatMatters() {
        Image image = Image.of(new byte[] {1, 2});
        List<CacheKey> keys = List.of(
                CacheKey.of(model, new Text("ab"), OPTIONS),
                CacheKey.of(model, new Text("a"), OPTIONS),
                CacheKey.of(model, new Text("ab"), new PrepareOptions(true, false)),
                CacheKey.of(model, new Text("ab"), new PrepareOptions(false, true)),
                CacheKey.of(serve("length", "s1", "sha"), new Text("ab"), OPTIONS),
                CacheKey.of(serve("lengths", "2", "sha"), new Text("ab"), OPTIONS),
                CacheKey.of(serve("lengths", "1", "other"), new Text("ab"), OPTIONS),
                CacheKey.of(model, Image.of("ab".getBytes(java.nio.charset.StandardCharsets.UTF_8)), OPTIONS),
                CacheKey.of(model, image, OPTIONS),
                CacheKey.of(model, new Video.Frames(List.of(image)), OPTIONS),
                CacheKey.of(model, new Video.Frames(List.of(image, image)), OPTIONS),
                CacheKey.of(model, new Video.Frames(List.of(image), rate(2), rate()), OPTIONS),
                CacheKey.of(model, new Video.Frames(List.of(image), rate(1), rate()), OPTIONS),
                CacheKey.of(model, new Video.Frames(List.of(image), rate(2), rate(1)), OPTIONS),
                CacheKey.of(model, new Video.File(image.encoded(), rate(1)), OPTIONS),
                CacheKey.of(model, new Video.File(image.encoded(), rate(10)), OPTIONS),
                CacheKey.of(model, new Video.File(image.encoded()), OPTIONS));
        assertThat(keys).doesNotHaveDuplicates();
        assertThat(CacheKey.of(model, new Text("ab"), OPTIONS)).isEqualTo(keys.get(0));
    }

    private static OptionalDouble rate(double... rate) {
        return rate.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(rate[0]);
    }

    private ServedModel serve(String name, String version, String sha256) {
        ServedModel one = scheduler.serve(new ModelId(name, version), sha256, Device.cpu(), lengths);
        served.add(one);
        return one;
    }

    private CompletableFuture<Embedded> embed(Content content) {
        return embed(content, CacheUse.USE);
    }

    private CompletableFuture<Embedded> embed(Content content, CacheUse use) {
        return embedder.embed(model, new Caller(), content, OPTIONS, use);
    }

    private double lookups(String result) {
        return registry.get("sensorium.cache.lookups")
                .tag("result", result)
                .counter()
                .count();
    }
}
