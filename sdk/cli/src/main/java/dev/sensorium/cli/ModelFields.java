package dev.sensorium.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sensorium.client.GenerationTask;
import dev.sensorium.client.ModelDescription;
import java.io.IOException;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The fields of a model as JSON and as lines. */
final class ModelFields {

    private ModelFields() {}

    static void write(JsonGenerator json, ModelDescription model) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", model.name());
        json.writeStringField("version", model.version());
        json.writeStringField("family", model.family());
        json.writeStringField("state", model.state().name());
        json.writeStringField("failure", model.failure());
        writeNames(json, "capabilities", model.capabilities());
        writeNames(json, "modalities", model.modalities());
        json.writeNumberField("dimensions", model.dimensions());
        json.writeStringField("device", model.device());
        json.writeStringField("checkpoint_sha256", model.checkpointSha256());
        json.writeStringField("parity", model.parity());
        json.writeStringField("architecture", model.architecture());
        json.writeNumberField("parameter_count", model.parameterCount());
        json.writeStringField("dtype", model.dtype());
        json.writeObjectFieldStart("limits");
        for (Map.Entry<String, Long> limit : model.limits().entrySet()) {
            json.writeNumberField(limit.getKey(), limit.getValue());
        }
        json.writeEndObject();
        json.writeNumberField("estimated_bytes", model.estimatedBytes());
        if (model.readyTime().isPresent()) {
            json.writeStringField("ready_time", model.readyTime().get().toString());
        }
        writeNames(json, "generation_tasks", model.generationTasks());
        json.writeArrayFieldStart("match_heads");
        for (String head : model.matchHeads()) {
            json.writeString(head);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /** Returns what there is to tell, for people, without what is not known. */
    static Map<String, String> lines(ModelDescription model) {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("model", model.id());
        lines.put("state", lower(model.state()));
        lines.put("failure", model.failure());
        lines.put("family", model.family());
        lines.put("architecture", model.architecture());
        lines.put("can", abilities(model));
        lines.put("takes", lower(model.modalities()));
        lines.put("dimensions", number(model.dimensions()));
        lines.put("parameters", number(model.parameterCount()));
        lines.put("computes in", model.dtype());
        lines.put("memory", model.estimatedBytes() == 0 ? "" : number(model.estimatedBytes() >> 20) + " MiB");
        lines.put("device", model.device());
        lines.put(
                "limits",
                model.limits().entrySet().stream()
                        .map(limit -> limit.getKey() + " " + number(limit.getValue()))
                        .collect(Collectors.joining(", ")));
        lines.put("parity", model.parity());
        lines.put("checkpoint", model.checkpointSha256());
        lines.put("ready since", model.readyTime().map(Object::toString).orElse(""));
        lines.values().removeIf(String::isEmpty);
        return lines;
    }

    /** Returns what a model can do, such as "match (itm, itc), generate (caption)". */
    static String abilities(ModelDescription model) {
        Set<GenerationTask> special = EnumSet.noneOf(GenerationTask.class);
        special.addAll(model.generationTasks());
        special.remove(GenerationTask.GENERATE); // which goes without saying
        return model.capabilities().stream()
                .map(capability -> lower(capability)
                        + switch (capability) {
                            case MATCH -> bracketed(String.join(", ", model.matchHeads()));
                            case GENERATE -> bracketed(lower(special));
                            case EMBED, GENERATE_IMAGE, ACT -> "";
                        })
                .collect(Collectors.joining(", "));
    }

    private static String bracketed(String names) {
        return names.isEmpty() ? "" : " (" + names + ")";
    }

    static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    static String lower(Collection<? extends Enum<?>> values) {
        return values.stream().map(ModelFields::lower).collect(Collectors.joining(", "));
    }

    private static String number(long value) {
        return value == 0 ? "" : String.format(Locale.ROOT, "%,d", value);
    }

    private static void writeNames(JsonGenerator json, String name, Collection<? extends Enum<?>> values)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (Enum<?> value : values) {
            json.writeString(value.name());
        }
        json.writeEndArray();
    }
}
