package dev.sensorium.kit.decode;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The beginnings of prompts whose keys and values are kept: a request that begins with the same tokens, which see the same,
 * reads what is after them alone. A tree of whole blocks, each known by its tokens and by the keys of what they see.
 *
 * <p>What is kept takes blocks that no request needs, and gives them back when they are short: those not needed for longest
 * first, of one beginning the last ones first.
 */
final class Prefixes {

    /** What a token sees that sees nothing. */
    private static final Object NOTHING = "nothing";

    private final BlockPool pool;
    private final Node root = new Node(null, null, 0);

    /** All nodes but the root, those that were not needed for longest first. */
    private final Set<Node> nodes = new LinkedHashSet<>();

    /** The tokens of a block, and the keys of what each of them sees. */
    private record Key(IntBuffer ids, List<Object> seen) {}

    /** A block after others. */
    private static final class Node {

        private final @Nullable Node before;
        private final @Nullable Key key;
        private final int block;
        private final Map<Key, Node> next = new HashMap<>();

        Node(@Nullable Node before, @Nullable Key key, int block) {
            this.before = before;
            this.key = key;
            this.block = block;
        }
    }

    /** Returns the beginnings that are kept in a pool; none yet. */
    Prefixes(BlockPool pool) {
        this.pool = pool;
    }

    /** Returns the blocks that are there of an opening, from its first token on and never up to its last. */
    int[] find(Opening opening) {
        int most = (opening.ids().length - 1) / pool.paging().blockSize();
        List<Node> path = new ArrayList<>();
        Node at = root;
        while (path.size() < most) {
            Node next = key(opening, path.size()).map(at.next::get).orElse(null);
            if (next == null) {
                break;
            }
            path.add(next);
            at = next;
        }
        touch(path);
        return path.stream().mapToInt(node -> node.block).toArray();
    }

    /** Keeps the blocks of an opening that was read, unless such are there. */
    void keep(Opening opening, int[] blocks) {
        List<Node> path = new ArrayList<>();
        Node at = root;
        for (int block : blocks) {
            Optional<Key> key = key(opening, path.size());
            if (key.isEmpty()) {
                break;
            }
            Node known = at.next.get(key.get());
            at = known != null ? known : add(new Node(at, key.get(), block));
            path.add(at);
        }
        touch(path);
    }

    /** Gives a block back that no request uses, if there is one. */
    void giveBack() {
        for (Iterator<Node> eldest = nodes.iterator(); eldest.hasNext(); ) {
            Node node = eldest.next();
            if (pool.isIdle(node.block)) {
                eldest.remove();
                if (node.before != null && node.key != null) {
                    node.before.next.remove(node.key);
                }
                pool.drop(node.block);
                return;
            }
        }
    }

    private Node add(Node node) {
        if (node.before != null && node.key != null) {
            node.before.next.put(node.key, node);
        }
        pool.keep(node.block);
        return node;
    }

    /** Has these be the last to be given back, of them the last one first. */
    private void touch(List<Node> path) {
        List<Node> reversed = new ArrayList<>(path);
        Collections.reverse(reversed);
        reversed.forEach(nodes::remove);
        nodes.addAll(reversed);
    }

    /** Returns what a whole block of an opening is known by; empty if it sees what has no key. */
    private Optional<Key> key(Opening opening, int block) {
        int size = pool.paging().blockSize();
        int from = block * size;
        List<Object> seen = new ArrayList<>();
        for (int token = from; token < from + size; token++) {
            Object key = seen(opening, token);
            if (key == null) {
                return Optional.empty();
            }
            seen.add(key);
        }
        return Optional.of(new Key(IntBuffer.wrap(Arrays.copyOfRange(opening.ids(), from, from + size)), seen));
    }

    /** Returns the key of what a token sees, or null if that has none. */
    private static @Nullable Object seen(Opening opening, int token) {
        Source source = opening.source();
        if (source == null) {
            return NOTHING;
        }
        if (opening.views().length == 0) {
            return source.key();
        }
        int view = opening.views()[token];
        return view < 0 ? NOTHING : source.parts().get(view).key();
    }
}
