package dev.sensorium.server.registry;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The models by name and version. A name without a version means its newest version that is ready or, if none is, its
 * newest; no name at all means the only model that will do, or the first of the preferred ones that will.
 */
final class ModelDirectory {

    private final NavigableMap<ModelVersion, ModelSlot> slots = new TreeMap<>();

    private final List<String> preferred;

    ModelDirectory(Collection<ModelSlot> slots, List<String> preferred) {
        this.preferred = List.copyOf(preferred);
        slots.forEach(slot -> this.slots.put(slot.checkpoint().key(), slot));
    }

    Collection<ModelSlot> slots() {
        return slots.values();
    }

    /** Returns the model of a reference, "name" or "name/version". */
    ModelSlot find(String reference) {
        int slash = reference.indexOf('/');
        Optional<ModelSlot> slot = slash < 0
                ? named(reference)
                : Optional.ofNullable(
                        slots.get(new ModelVersion(reference.substring(0, slash), reference.substring(slash + 1))));
        return slot.orElseThrow(() -> Refusals.unknown(reference, names()));
    }

    private Optional<ModelSlot> named(String name) {
        List<ModelSlot> versions = slots.values().stream()
                .filter(slot -> slot.checkpoint().key().name().equals(name))
                .toList();
        return versions.stream()
                .filter(slot -> slot.status().isReady())
                .findFirst()
                .or(() -> versions.stream().findFirst());
    }

    /** Returns the only model that meets a need; of several the only one that suits it, or the one that is preferred. */
    ModelSlot unnamed(Need need) {
        List<ModelSlot> models = new ArrayList<>();
        names().forEach(name -> named(name).ifPresent(models::add));
        if (models.size() == 1) {
            return models.get(0);
        }
        List<ModelSlot> capable = capable(models, need);
        if (capable.size() == 1) {
            return capable.get(0);
        }
        if (capable.isEmpty()) {
            models.stream()
                    .map(ModelSlot::status)
                    .filter(ModelStatus::isComing)
                    .findFirst()
                    .ifPresent(coming -> {
                        throw Refusals.notReady(coming);
                    });
        }
        return preferred(capable).orElseThrow(() -> Refusals.unnamed(need, names(capable)));
    }

    /** Returns the models that meet a need, and of these only those that suit it, if there are any. */
    private static List<ModelSlot> capable(List<ModelSlot> models, Need need) {
        List<ModelSlot> capable =
                models.stream().filter(slot -> meets(slot.status(), need)).toList();
        List<ModelSlot> suited =
                capable.stream().filter(slot -> suits(slot.status(), need)).toList();
        return suited.isEmpty() ? capable : suited;
    }

    private Optional<ModelSlot> preferred(List<ModelSlot> capable) {
        return preferred.stream()
                .flatMap(name -> capable.stream()
                        .filter(slot -> slot.checkpoint().key().name().equals(name)))
                .findFirst();
    }

    private static List<String> names(List<ModelSlot> slots) {
        return slots.stream().map(slot -> slot.checkpoint().key().name()).toList();
    }

    private SortedSet<String> names() {
        SortedSet<String> names = new TreeSet<>();
        slots.keySet().forEach(key -> names.add(key.name()));
        return names;
    }

    private static boolean suits(ModelStatus model, Need need) {
        return model.loaded().stream().anyMatch(loaded -> need.isSuitedBy(loaded.facts()));
    }

    static boolean meets(ModelStatus model, Need need) {
        return model.isReady() && model.loaded().stream().anyMatch(loaded -> need.isMetBy(loaded.facts()));
    }
}
