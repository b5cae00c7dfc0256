package dev.sensorium.cli;

import dev.sensorium.client.GenerationTask;
import dev.sensorium.client.ModelDescription;
import dev.sensorium.client.ModelState;
import dev.sensorium.client.Sensorium;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The models that are made for one task: what they generate from a prompt is what they answer when asked for the task. */
final class Tasks {

    private Tasks() {}

    /**
     * Returns the model that the server chooses for a task, if it is made for it, so that its text can be had piece by
     * piece.
     *
     * @param asked the model that was asked for; empty for the server's choice
     */
    static Optional<String> specialist(Sensorium sensorium, String asked, GenerationTask task) {
        List<ModelDescription> able = asked.isEmpty()
                ? sensorium.models().stream()
                        .filter(model -> model.state() == ModelState.READY)
                        .filter(model -> model.generationTasks().contains(task))
                        .toList()
                : List.of(sensorium.model(asked));
        if (able.stream().map(ModelDescription::name).distinct().count() != 1) {
            return Optional.empty(); // the server says it better
        }
        ModelDescription chosen = able.get(0);
        return chosen.generationTasks().equals(Set.of(GenerationTask.GENERATE, task))
                ? Optional.of(asked.isEmpty() ? chosen.name() : asked)
                : Optional.empty();
    }
}
