package dev.sensorium.cli;

import dev.sensorium.client.Capability;
import dev.sensorium.client.ModelDescription;
import dev.sensorium.client.Sensorium;

/** The names of models. */
final class Models {

    private Models() {}

    /** Returns "name/version" of the model that answered in bulk, where results carry only the version. */
    static String answering(Sensorium sensorium, String asked, String version) {
        if (asked.contains("/")) {
            return asked;
        }
        String name = asked.isEmpty() ? only(sensorium) : asked;
        return version.isEmpty() ? name : name + "/" + version;
    }

    private static String only(Sensorium sensorium) {
        return sensorium.models().stream()
                .filter(model -> model.capabilities().contains(Capability.EMBED))
                .map(ModelDescription::name)
                .findFirst()
                .orElse("");
    }
}
