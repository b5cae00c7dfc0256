package dev.sensorium.kit.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.kit.nn.Paging;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Prompts of blocks of two tokens, in a pool of eight blocks. */
class PrefixesTest {

    private static final int SIZE = 8;

    private final BlockPool pool = new BlockPool(new Paging(SIZE + 1, 2));
    private final Prefixes prefixes = new Prefixes(pool);

    @Test
    void findsTheSameTokensButNeverTheLast() {
        int[] blocks = read(opening(1, 2, 3, 4, 5));
        assertThat(prefixes.find(opening(1, 2, 3, 4, 5))).isEqualTo(blocks);
        assertThat(prefixes.find(opening(1, 2, 3, 4))).isEqualTo(Arrays.copyOf(blocks, 1));
        assertThat(prefixes.find(opening(1, 2, 3, 9, 5))).isEqualTo(Arrays.copyOf(blocks, 1));
        assertThat(prefixes.find(opening(1, 9, 3, 4, 5))).isEmpty();
        assertThat(prefixes.find(opening(3, 4, 5))).isEmpty();
    }

    @Test
    void whatIsSeenMattersByItsKey() {
        int[] ids = {1, 2, 3, 4, 5};
        int[] blocks = read(new Opening(ids, new Picture(1, 3, "a")));
        assertThat(prefixes.find(new Opening(ids, new Picture(2, 3, "a")))).isEqualTo(blocks);
        assertThat(prefixes.find(new Opening(ids, new Picture(1, 3, "b")))).isEmpty();
        assertThat(prefixes.find(new Opening(ids, null))).isEmpty();
        Opening unknown = new Opening(ids, new Picture(1, 3, null));
        read(unknown);
        assertThat(prefixes.find(unknown)).isEmpty();
    }

    @Test
    void everyTokenIsKnownByWhatItSees() {
        int[] ids = {1, 2, 3, 4, 5, 6, 7};
        int[] views = {-1, 0, 0, 0, 1, 1, 1};
        int[] blocks = read(new Opening(ids, new Album("a", "b"), views));
        assertThat(prefixes.find(new Opening(ids, new Album("a", "b"), views))).isEqualTo(blocks);
        assertThat(prefixes.find(new Opening(ids, new Album("a", "c"), views))).isEqualTo(Arrays.copyOf(blocks, 2));
        assertThat(prefixes.find(new Opening(ids, new Album("a", null), views))).isEqualTo(Arrays.copyOf(blocks, 2));
        assertThat(prefixes.find(new Opening(ids, new Album("c", "b"), views))).isEmpty();
        int[] later = {-1, -1, 0, 0, 1, 1, 1};
        assertThat(prefixes.find(new Opening(ids, new Album("a", "b"), later))).isEmpty();
    }

    @Test
    void givesBackTheEndOfWhatWasNotNeededForLongest() {
        Opening first = opening(1, 2, 3, 4, 5);
        Opening second = opening(1, 2, 6, 7, 8);
        read(first);
        read(second);
        assertThat(pool.kept()).isEqualTo(3);
        prefixes.giveBack();
        assertThat(prefixes.find(first)).hasSize(1);
        assertThat(prefixes.find(second)).hasSize(2);
        prefixes.giveBack();
        prefixes.giveBack();
        prefixes.giveBack();
        assertThat(prefixes.find(second)).isEmpty();
        assertThat(pool.kept()).isZero();
        assertThat(pool.unused()).isEqualTo(SIZE);
    }

    @Test
    void keepsWhatIsInUse() {
        Opening first = opening(1, 2, 3, 4, 5);
        read(first);
        int[] used = prefixes.find(first);
        pool.share(used);
        read(opening(9, 9, 9));
        prefixes.giveBack();
        prefixes.giveBack();
        assertThat(pool.kept()).isEqualTo(2);
        assertThat(prefixes.find(first)).isEqualTo(used);
        pool.leave(used);
        assertThat(pool.unused()).isEqualTo(SIZE);
        prefixes.giveBack();
        assertThat(prefixes.find(first)).hasSize(1);
    }

    @Test
    void whatIsKeptIsNotCleaned() {
        Opening opening = opening(1, 2, 3);
        int[] blocks = read(opening);
        pool.share(blocks);
        pool.doubt(blocks);
        pool.leave(blocks);
        assertThat(pool.unclean()).isEmpty();
        assertThat(prefixes.find(opening)).isEqualTo(blocks);
    }

    /** Reads an opening as a request does, and ends the request. */
    private int[] read(Opening opening) {
        int known = prefixes.find(opening).length;
        int[] blocks = Arrays.copyOf(prefixes.find(opening), opening.ids().length / 2);
        pool.share(Arrays.copyOf(blocks, known));
        for (int i = known; i < blocks.length; i++) {
            blocks[i] = pool.take();
        }
        prefixes.keep(opening, blocks);
        pool.leave(blocks);
        return blocks;
    }

    private static Opening opening(int... ids) {
        return new Opening(ids, null);
    }

    /** Pictures side by side. */
    private record Album(List<Source> parts) implements Source {

        Album(@Nullable String... keys) {
            this(IntStream.range(0, keys.length)
                    .<Source>mapToObj(i -> new Picture(i, 3, keys[i]))
                    .toList());
        }

        @Override
        public @Nullable Object key() {
            return null;
        }

        @Override
        public Object group() {
            return Album.class;
        }

        @Override
        public int length() {
            return 3 * parts.size();
        }
    }
}
