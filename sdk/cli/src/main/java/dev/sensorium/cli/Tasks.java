package dev.sensorium.cli;

import dev.sensorium.client.GenerationTask;
import dev.sensorium.client.ModelDescription;
import dev.sensorium.client.ModelState;
import dev.sensorium.client.Sensorium;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which model the server chooses for a task. Some are made for one alone: what they generate is what they answer. */
final class Tasks {

    private Tasks() {}

    /**
     * Returns the model that the server chooses for a task, if it is made for it, so that its text can be had piece by
     * piece.
     *
     * @param asked the model that was asked for; empty for the server's choice
     */
    static Optional<String> specialist(Sensorium sensorium, String asked, GenerationTask task) {
        return chosen(sensorium, asked, task)
                .filter(model -> model.generationTasks().equals(Set.of(GenerationTask.GENERATE, task)))
                .map(model -> asked.isEmpty() ? model.name() : asked);
    }

    /**
     * Returns the model that the server chooses for a task, if it is clear which, so that its text can be had piece by
     * piece; if not, the server says better why.
     *
     * @param asked the model that was asked for; empty for the server's choice
     */
    static Optional<String> able(Sensorium sensorium, String asked, GenerationTask task) {
        return chosen(sensorium, asked, task)
                .filter(model -> model.generationTasks().contains(task))
                .map(model -> asked.isEmpty() ? model.name() : asked);
    }

    private static Optional<ModelDescription> chosen(Sensorium sensorium, String asked, GenerationTask task) {
        List<ModelDescription> able = asked.isEmpty()
                ? sensorium.models().stream()
                        .filter(model -> model.state() == ModelState.READY)
                        .filter(model -> model.generationTasks().contains(task))
                        .toList()
                : List.of(sensorium.model(asked));
        return able.stream().map(ModelDescription::name).distinct().count() == 1
                ? Optional.of(able.get(0))
                : Optional.empty();
    }
}
