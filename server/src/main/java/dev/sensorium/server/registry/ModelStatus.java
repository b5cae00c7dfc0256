package dev.sensorium.server.registry;

import java.util.Optional;

/**
 * What there is to tell about a model at one moment.
 *
 * @param key its name and version
 * @param family its model_type; empty if that is not known
 * @param state where it is in its life
 * @param failure why it failed, fit for callers; empty unless it is FAILED
 * @param loaded what is known once it is loaded
 */
public record ModelStatus(
        ModelVersion key, String family, ModelState state, String failure, Optional<LoadedModel> loaded) {

    static ModelStatus of(Checkpoint checkpoint) {
        ModelState state = checkpoint.failure().isEmpty() ? ModelState.REGISTERED : ModelState.FAILED;
        return new ModelStatus(checkpoint.key(), checkpoint.family(), state, checkpoint.failure(), Optional.empty());
    }

    ModelStatus to(ModelState next) {
        return new ModelStatus(key, family, next, "", loaded);
    }

    ModelStatus ready(LoadedModel now) {
        return new ModelStatus(key, family, ModelState.READY, "", Optional.of(now));
    }

    ModelStatus failed(String cause) {
        return new ModelStatus(key, family, ModelState.FAILED, cause, Optional.empty());
    }

    /** Returns whether it can be leased. */
    public boolean isReady() {
        return state == ModelState.READY;
    }

    /** Returns whether it is on its way to be ready. */
    boolean isComing() {
        return state == ModelState.REGISTERED || state == ModelState.LOADING;
    }
}
