package dev.sensorium.server.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FairQueueTest {

    private final FairQueue<String> queue = new FairQueue<>();
    private final Caller bulk = new Caller();
    private final Caller single = new Caller();

    @Test
    void servesCallersInTurn() {
        for (int i = 0; i < 4; i++) {
            queue.add(bulk, "bulk " + i);
        }
        queue.add(single, "single");
        assertThat(drained()).containsExactly("bulk 0", "single", "bulk 1", "bulk 2", "bulk 3");
    }

    @Test
    void forgetsWhatIsRemoved() {
        queue.add(bulk, "a");
        queue.add(bulk, "b");
        queue.add(single, "c");
        assertThat(queue.remove(bulk, "a")).isTrue();
        assertThat(queue.remove(bulk, "a")).isFalse();
        assertThat(queue.remove(single, "c")).isTrue();
        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.peek()).isEqualTo("b");
        assertThat(drained()).containsExactly("b");
        assertThat(queue.peek()).isNull();
    }

    private List<String> drained() {
        List<String> items = new ArrayList<>();
        for (String item = queue.poll(); item != null; item = queue.poll()) {
            items.add(item);
        }
        assertThat(queue.isEmpty()).isTrue();
        return items;
    }
}
