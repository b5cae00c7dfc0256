package dev.sensorium.server.registry;

import java.nio.file.Path;

/**
 * A checkpoint as it was found in the models folder.
 *
 * @param key its name and version
 * @param folder where its config.json lies or should lie
 * @param family the model_type of its config.json; empty if it has a failure
 * @param failure why it cannot be loaded; empty if nothing is known to be wrong
 */
record Checkpoint(ModelVersion key, Path folder, String family, String failure) {

    static Checkpoint of(ModelVersion key, Path folder, String family) {
        return new Checkpoint(key, folder, family, "");
    }

    static Checkpoint failed(ModelVersion key, Path folder, String failure) {
        return new Checkpoint(key, folder, "", failure);
    }
}
