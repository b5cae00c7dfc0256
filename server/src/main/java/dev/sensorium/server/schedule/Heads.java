package dev.sensorium.server.schedule;

import dev.sensorium.spi.DualEncoder;
import dev.sensorium.spi.Embedder;
import dev.sensorium.spi.Matcher;
import dev.sensorium.spi.ModelId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The heads of one model: the one that a request gets if it names none, and those that it can name. */
final class Heads implements AutoCloseable {

    private static final String OPERATION = "match";

    private final ModelId id;
    private final Matcher model;
    private final PluginCode plugin;
    private final Batching batching;
    private final Map<String, Head> heads = new TreeMap<>();
    private final List<BatchedMatcher> batchers = new ArrayList<>();

    Heads(ModelId id, Matcher model, PluginCode plugin, Batching batching) {
        this.id = id;
        this.model = model;
        this.plugin = plugin;
        this.batching = batching;
        Head first = head(model, OPERATION);
        plugin.call(model::heads)
                .forEach((name, matcher) ->
                        heads.put(name, matcher == model ? first : head(matcher, OPERATION + "-" + name)));
        heads.put("", first);
    }

    private Head head(Matcher matcher, String operation) {
        if (matcher instanceof DualEncoder && model instanceof Embedder) {
            return new Head(matcher, plugin, null);
        }
        BatchedMatcher questions = new BatchedMatcher(id, operation, matcher, plugin, batching);
        batchers.add(questions);
        return new Head(matcher, plugin, questions);
    }

    /** Returns the head of a name; the empty name is the first one's. */
    Optional<Head> named(String name) {
        return Optional.ofNullable(heads.get(name));
    }

    /** Returns the names that a request can give. */
    Set<String> names() {
        return heads.keySet().stream().filter(name -> !name.isEmpty()).collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public void close() {
        batchers.forEach(BatchedMatcher::close);
    }
}
