package dev.sensorium.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sensorium.client.BulkCall.Settings;
import dev.sensorium.client.SensoriumException.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BulkTest {

    private static final Settings QUICK = new Settings(16, 1 << 20, Duration.ofMillis(5), 9);

    private final FakeServer server = new FakeServer();
    private final Sensorium sensorium =
            Sensorium.builder(server.target()).bulk(QUICK).build();

    @AfterEach
    void close() {
        sensorium.close();
        server.close();
    }

    @Test
    void answersEachItemInOrder() {
        List<String> ids = new ArrayList<>();
        try (var results = sensorium.embedAll(items(1_000), EmbedOptions.DEFAULT.withModel("words"))) {
            results.forEachRemaining(result -> {
                assertThat(result.embedding().dimensions()).isEqualTo(4);
                assertThat(result.model()).isEqualTo("words/1");
                ids.add(result.id());
            });
            assertThat(results.hasNext()).isFalse();
            assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(results::next);
        }
        assertThat(ids).isEqualTo(ids(0, 1_000));
        assertThat(server.embeddings.firstMessages).singleElement().matches(message -> message.getModel()
                .equals("words"));
    }

    @Test
    void noItemsNoCall() {
        try (var results = sensorium.embedAll(List.<Item>of(), EmbedOptions.DEFAULT)) {
            assertThat(results.hasNext()).isFalse();
        }
        assertThat(server.calls).isEmpty();
    }

    @Test
    void takesNoMoreItemsThanTheWindowHolds() {
        AtomicInteger taken = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        int read = 0;
        try (var results = sensorium.embedAll(items(500).peek(item -> taken.incrementAndGet()), EmbedOptions.DEFAULT)) {
            while (results.hasNext()) {
                results.next();
                read++;
                most.accumulateAndGet(taken.get() - read, Math::max);
            }
        }
        assertThat(read).isEqualTo(500);
        assertThat(most.get()).isLessThanOrEqualTo(QUICK.items());
    }

    @Test
    void takesNoMoreBytesThanTheWindowHolds() {
        AtomicInteger taken = new AtomicInteger();
        Stream<Item> large = IntStream.range(0, 40)
                .mapToObj(i -> new Item("item " + i, Content.image(new byte[600_000])))
                .peek(item -> taken.incrementAndGet());
        int read = 0;
        try (var results = sensorium.embedAll(large, EmbedOptions.DEFAULT)) {
            while (results.hasNext()) {
                results.next();
                read++;
                assertThat(taken.get() - read).isLessThanOrEqualTo(QUICK.items());
            }
        }
        assertThat(read).isEqualTo(40);
    }

    @Test
    void itemsFailAlone() {
        List<Item> items = List.of(
                new Item("good", SensoriumTest.picture("red")),
                new Item("broken", SensoriumTest.picture("broken")),
                new Item("empty", Content.image(new byte[0])),
                new Item("i".repeat(1_025), SensoriumTest.picture("red")),
                new Item("last", SensoriumTest.picture("blue")),
                new Item("blank", Content.text(" ")));
        List<ItemResult> results = new ArrayList<>();
        try (var all = sensorium.embedAll(items, EmbedOptions.DEFAULT)) {
            all.forEachRemaining(results::add);
        }
        assertThat(results)
                .extracting(ItemResult::id)
                .isEqualTo(items.stream().map(Item::id).toList());
        assertThat(results.get(0).error()).isEmpty();
        assertThat(results.get(1).error()).get().isInstanceOf(SensoriumException.InvalidArgument.class);
        assertThat(results.get(1).error().orElseThrow().reason()).isEqualTo("INVALID_INPUT");
        assertThat(results.get(2).error().orElseThrow()).hasMessageContaining("0 bytes (expected: an encoded file)");
        assertThat(results.get(3).error().orElseThrow()).hasMessageContaining("1025 bytes (expected: <= 1024)");
        assertThat(results.get(4).error()).isEmpty();
        assertThat(results.get(5).error().orElseThrow()).hasMessageContaining("blank");
        assertThatExceptionOfType(SensoriumException.InvalidArgument.class)
                .isThrownBy(() -> results.get(1).embedding());
        assertThat(server.embeddings.itemIds).containsExactly("good", "broken", "last");
    }

    @Test
    void tellsCacheHits() {
        assertThat(hits(EmbedOptions.DEFAULT)).isZero();
        assertThat(hits(EmbedOptions.DEFAULT)).isEqualTo(20);
        assertThat(hits(EmbedOptions.DEFAULT.withCache(CacheUse.BYPASS))).isZero();
    }

    private long hits(EmbedOptions options) {
        long hits = 0;
        try (var results = sensorium.embedAll(items(20), options)) {
            while (results.hasNext()) {
                hits += results.next().cacheHit() ? 1 : 0;
            }
        }
        return hits;
    }

    @Test
    void goesOnWithWhatIsNotAnsweredWhenTheServerGoesAway() {
        server.embeddings.cutStreamsAfter(7, 0, 0, 30);

        List<String> ids = new ArrayList<>();
        try (var results = sensorium.embedAll(items(100), EmbedOptions.DEFAULT.withModel("words"))) {
            results.forEachRemaining(result -> ids.add(result.id()));
        }

        assertThat(ids).isEqualTo(ids(0, 100));
        assertThat(server.embeddings.firstMessages).hasSize(5).allMatch(m -> m.getModel()
                .equals("words"));
        assertThat(server.embeddings.itemIds).hasSizeLessThanOrEqualTo(100 + 4 * QUICK.items());
    }

    @Test
    void findsTheServerThatComesBack() {
        List<String> ids = new ArrayList<>();
        try (var results = sensorium.embedAll(items(100), EmbedOptions.DEFAULT)) {
            while (ids.size() < 50) {
                ids.add(results.next().id());
            }
            server.close();
            try (var back = new FakeServer(server.port(), io.grpc.InsecureServerCredentials.create())) {
                results.forEachRemaining(result -> ids.add(result.id()));
                assertThat(back.embeddings.itemIds).contains("item 99");
            }
        }
        assertThat(ids).isEqualTo(ids(0, 100));
    }

    @Test
    void triesAreBounded() {
        Integer[] cuts = new Integer[100];
        java.util.Arrays.fill(cuts, 0);
        cuts[0] = 1;
        server.embeddings.cutStreamsAfter(cuts);

        try (var results = sensorium.embedAll(items(100), EmbedOptions.DEFAULT)) {
            assertThat(results.next().id()).isEqualTo("item 0");
            assertThatExceptionOfType(SensoriumException.Unavailable.class)
                    .isThrownBy(results::hasNext)
                    .withMessage("going down");
            assertThat(results.hasNext()).isFalse();
        }
        assertThat(server.embeddings.firstMessages).hasSize(1 + QUICK.attempts());
    }

    @Test
    void failureOfTheWholeCallIsThrown() {
        server.failNext(FakeServer.rich(io.grpc.Status.Code.PERMISSION_DENIED, "NO", "not you", "", "", 0));

        try (var results = sensorium.embedAll(items(10), EmbedOptions.DEFAULT)) {
            var failure = catchThrowableOfType(SensoriumException.class, results::hasNext);
            assertThat(failure.code()).isEqualTo(Code.PERMISSION_DENIED);
            assertThat(failure.reason()).isEqualTo("NO");
        }
        assertThat(server.calls).hasSize(1);
    }

    @Test
    void earlyEndIsAFailure() {
        server.embeddings.endStreamsAfter(3);

        try (var results = sensorium.embedAll(items(10), EmbedOptions.DEFAULT)) {
            var failure =
                    catchThrowableOfType(SensoriumException.class, () -> results.forEachRemaining(ItemResult::id));
            assertThat(failure.code()).isEqualTo(Code.INTERNAL);
            assertThat(failure).hasMessageStartingWith("end of results: 7 items unanswered");
        }
    }

    @Test
    void silenceIsNotWaitedForForever() {
        var items = List.of(new Item("a", Content.text("silence")));
        try (var results = sensorium.embedAll(items, EmbedOptions.DEFAULT.withDeadline(Duration.ofMillis(50)))) {
            assertThatExceptionOfType(SensoriumException.DeadlineExceeded.class).isThrownBy(results::hasNext);
        }
    }

    @Test
    void closingCancelsTheCall() throws InterruptedException {
        var results = sensorium.embedAll(items(1_000), EmbedOptions.DEFAULT);
        assertThat(results.next().id()).isEqualTo("item 0");

        results.close();

        assertThat(server.embeddings.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void interruptEndsTheWait() throws InterruptedException {
        var failures = new java.util.concurrent.LinkedBlockingQueue<SensoriumException>();
        Thread reader = new Thread(() -> {
            try (var results =
                    sensorium.embedAll(List.of(new Item("a", Content.text("silence"))), EmbedOptions.DEFAULT)) {
                failures.add(catchThrowableOfType(SensoriumException.class, results::hasNext));
            }
        });
        reader.start();
        reader.interrupt();

        SensoriumException failure = failures.poll(10, TimeUnit.SECONDS);
        assertThat(failure).isNotNull();
        assertThat(failure.code()).isEqualTo(Code.CANCELLED);
        reader.join();
    }

    @Test
    void failureOfTheSourceIsThrownAndEndsTheCall() throws InterruptedException {
        Iterator<Item> source = items(100)
                .peek(item -> {
                    if (item.id().equals("item 90")) {
                        throw new IllegalStateException("no more disk");
                    }
                })
                .iterator();
        try (var results = sensorium.embedAll(source, EmbedOptions.DEFAULT)) {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> results.forEachRemaining(ItemResult::id));
        }
        assertThat(server.embeddings.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    }

    static Stream<Item> items(int count) {
        return IntStream.range(0, count).mapToObj(i -> new Item("item " + i, SensoriumTest.picture("red circle " + i)));
    }

    static List<String> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "item " + i).toList();
    }
}
