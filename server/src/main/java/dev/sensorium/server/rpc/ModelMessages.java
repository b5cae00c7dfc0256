package dev.sensorium.server.rpc;

import com.google.protobuf.Timestamp;
import dev.sensorium.proto.v1.Capability;
import dev.sensorium.proto.v1.GenerationTask;
import dev.sensorium.proto.v1.Modality;
import dev.sensorium.proto.v1.Model;
import dev.sensorium.proto.v1.ModelState;
import dev.sensorium.proto.v1.Plugin;
import dev.sensorium.server.registry.LoadedModel;
import dev.sensorium.server.registry.ModelFacts;
import dev.sensorium.server.registry.ModelStatus;
import dev.sensorium.server.registry.PluginStatus;
import dev.sensorium.spi.Embedder;
import dev.sensorium.spi.Generator;
import dev.sensorium.spi.ImageGenerator;
import dev.sensorium.spi.Matcher;
import dev.sensorium.spi.Policy;
import java.time.Instant;
import java.util.Map;

/** Models and plugins in the words of the wire. */
final class ModelMessages {

    private static final Map<Class<?>, Capability> CAPABILITIES = Map.of(
            Embedder.class, Capability.CAPABILITY_EMBED,
            Matcher.class, Capability.CAPABILITY_MATCH,
            Generator.class, Capability.CAPABILITY_GENERATE,
            ImageGenerator.class, Capability.CAPABILITY_GENERATE_IMAGE,
            Policy.class, Capability.CAPABILITY_ACT);

    private ModelMessages() {}

    static Model model(ModelStatus model) {
        Model.Builder message = Model.newBuilder()
                .setName(model.key().name())
                .setVersion(model.key().version())
                .setFamily(model.family())
                .setState(ModelState.valueOf("MODEL_STATE_" + model.state()))
                .setFailure(model.failure());
        model.loaded().ifPresent(loaded -> add(message, loaded));
        return message.build();
    }

    private static void add(Model.Builder message, LoadedModel loaded) {
        ModelFacts facts = loaded.facts();
        facts.capabilities().stream().map(CAPABILITIES::get).forEach(message::addCapabilities);
        facts.modalities().stream()
                .sorted()
                .map(modality -> Modality.valueOf("MODALITY_" + modality))
                .forEach(message::addModalities);
        facts.tasks().stream()
                .sorted()
                .map(task -> GenerationTask.valueOf("GENERATION_TASK_" + task))
                .forEach(message::addGenerationTasks);
        message.setDimensions(facts.dimensions())
                .setDevice(loaded.device().toString())
                .setCheckpointSha256(loaded.checkpointSha256())
                .setParity(facts.card().parity())
                .setArchitecture(facts.card().architecture())
                .setParameterCount(facts.card().parameters())
                .setDtype(facts.card().dtype())
                .putAllLimits(facts.card().limits())
                .setEstimatedBytes(loaded.estimatedBytes())
                .setReadyTime(timestamp(loaded.readyTime()))
                .addAllMatchHeads(facts.heads());
    }

    private static Timestamp timestamp(Instant time) {
        return Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build();
    }

    static Plugin plugin(PluginStatus plugin) {
        return Plugin.newBuilder()
                .setName(plugin.name())
                .addAllFamilies(plugin.families())
                .setFailure(plugin.failure())
                .build();
    }
}
