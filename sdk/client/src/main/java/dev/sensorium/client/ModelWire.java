package dev.sensorium.client;

import dev.sensorium.proto.v1.Model;
import dev.sensorium.proto.v1.Plugin;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The mapping between the SDK's types and the messages on the wire, for models. */
final class ModelWire {

    private ModelWire() {}

    static ModelDescription model(Model model) {
        return new ModelDescription(
                model.getName(),
                model.getVersion(),
                model.getFamily(),
                state(model),
                model.getFailure(),
                capabilities(model.getCapabilitiesList()),
                modalities(model.getModalitiesList()),
                model.getDimensions(),
                model.getDevice(),
                model.getCheckpointSha256(),
                model.getParity(),
                model.getArchitecture(),
                model.getParameterCount(),
                model.getDtype(),
                Collections.unmodifiableMap(new TreeMap<>(model.getLimitsMap())),
                model.getEstimatedBytes(),
                readyTime(model),
                tasks(model.getGenerationTasksList()),
                model.getMatchHeadsList());
    }

    static PluginDescription plugin(Plugin plugin) {
        return new PluginDescription(plugin.getName(), plugin.getFamiliesList(), plugin.getFailure());
    }

    private static ModelState state(Model model) {
        return switch (model.getState()) {
            case MODEL_STATE_REGISTERED -> ModelState.REGISTERED;
            case MODEL_STATE_LOADING -> ModelState.LOADING;
            case MODEL_STATE_READY -> ModelState.READY;
            case MODEL_STATE_DRAINING -> ModelState.DRAINING;
            case MODEL_STATE_CLOSED -> ModelState.CLOSED;
            case MODEL_STATE_FAILED -> ModelState.FAILED;
            case MODEL_STATE_UNSPECIFIED, UNRECOGNIZED -> ModelState.UNKNOWN;
        };
    }

    /** Capabilities that this version does not know are left out, and so are modalities and tasks. */
    private static Set<Capability> capabilities(List<dev.sensorium.proto.v1.Capability> capabilities) {
        Set<Capability> known = EnumSet.noneOf(Capability.class);
        for (var capability : capabilities) {
            switch (capability) {
                case CAPABILITY_EMBED -> known.add(Capability.EMBED);
                case CAPABILITY_MATCH -> known.add(Capability.MATCH);
                case CAPABILITY_GENERATE -> known.add(Capability.GENERATE);
                case CAPABILITY_GENERATE_IMAGE -> known.add(Capability.GENERATE_IMAGE);
                case CAPABILITY_ACT -> known.add(Capability.ACT);
                case CAPABILITY_UNSPECIFIED, UNRECOGNIZED -> {}
            }
        }
        return Collections.unmodifiableSet(known);
    }

    private static Set<GenerationTask> tasks(List<dev.sensorium.proto.v1.GenerationTask> tasks) {
        Set<GenerationTask> known = EnumSet.noneOf(GenerationTask.class);
        for (var task : tasks) {
            switch (task) {
                case GENERATION_TASK_GENERATE -> known.add(GenerationTask.GENERATE);
                case GENERATION_TASK_CAPTION -> known.add(GenerationTask.CAPTION);
                case GENERATION_TASK_ANSWER -> known.add(GenerationTask.ANSWER);
                case GENERATION_TASK_UNSPECIFIED, UNRECOGNIZED -> {}
            }
        }
        return Collections.unmodifiableSet(known);
    }

    private static Set<Modality> modalities(List<dev.sensorium.proto.v1.Modality> modalities) {
        Set<Modality> known = EnumSet.noneOf(Modality.class);
        for (var modality : modalities) {
            switch (modality) {
                case MODALITY_TEXT -> known.add(Modality.TEXT);
                case MODALITY_IMAGE -> known.add(Modality.IMAGE);
                case MODALITY_VIDEO -> known.add(Modality.VIDEO);
                case MODALITY_AUDIO -> known.add(Modality.AUDIO);
                case MODALITY_UNSPECIFIED, UNRECOGNIZED -> {}
            }
        }
        return Collections.unmodifiableSet(known);
    }

    private static Optional<Instant> readyTime(Model model) {
        if (!model.hasReadyTime()) {
            return Optional.empty();
        }
        return Optional.of(Instant.ofEpochSecond(
                model.getReadyTime().getSeconds(), model.getReadyTime().getNanos()));
    }
}
