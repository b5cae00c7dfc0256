package dev.sensorium.cli;

import dev.sensorium.client.ActOptions;
import dev.sensorium.client.Episode;
import dev.sensorium.client.Observation;
import dev.sensorium.client.Sensorium;
import dev.sensorium.client.environment.Environment;
import dev.sensorium.client.environment.Environment.Step;
import dev.sensorium.client.environment.Environments;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets a model play. */
@Command(
        name = "play",
        description = "Lets a model play, and shows how it does.",
        footer = {
            "",
            "Examples:",
            "  sensorium play cartpole",
            "  sensorium play grid --episodes 10 --seed 7 --gif grid.gif",
            "  sensorium play pendulum --episodes 100 --json | jq '[.episodes[].return] | add / length'"
        })
final class PlayCommand implements Callable<Integer> {

    private final Root root;

    @Parameters(paramLabel = "ENVIRONMENT", description = "What to play: cartpole, grid or pendulum.")
    private String name = "";

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "The model, NAME or NAME/VERSION (default: the only one that acts).")
    private String model = "";

    @Option(
            names = "--episodes",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many episodes, one after the other (default: ${DEFAULT-VALUE}).")
    private int episodes = 1;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "0",
            description = "Begins the first episode; each after it has the next one (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--sample", description = "Choose actions at random by their probabilities, by the same seeds.")
    private boolean sample;

    @Option(names = "--gif", paramLabel = "FILE", description = "Save what happens as an animated GIF.")
    private Optional<Path> gif = Optional.empty();

    PlayCommand(Root root) {
        this.root = root;
    }

    /**
     * How an episode went.
     *
     * @param reward of all its steps
     * @param steps how many there were
     */
    private record Played(String model, long seed, double reward, int steps, boolean success) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Environment environment = Environments.named(name)
                .orElseThrow(() ->
                        root.usage("environment: \"%s\" (expected: one of %s)".formatted(name, Environments.names())));
        if (episodes < 1) {
            throw root.usage("--episodes: %d (expected: > 0)".formatted(episodes));
        }
        List<Played> all = new ArrayList<>();
        try (Sensorium sensorium = root.connect();
                Stage stage = new Stage(root, environment, gif)) {
            for (int i = 0; i < episodes; i++) {
                Played played = play(sensorium, environment, seed + i, stage);
                all.add(played);
                stage.clear();
                tell(environment, played);
            }
        }
        conclude(all);
        return Failures.OK;
    }

    private Played play(Sensorium sensorium, Environment environment, long episodeSeed, Stage stage)
            throws IOException, InterruptedException {
        Observation observation = environment.reset(episodeSeed);
        ActOptions options = ActOptions.DEFAULT.withModel(model);
        double reward = 0;
        try (Episode episode = sensorium.act(environment.task(), sample ? options.withSeed(episodeSeed) : options)) {
            String answering = episode.started().model();
            for (int steps = 1; true; steps++) {
                stage.show();
                Step step = environment.step(episode.act(observation).action());
                reward += step.reward();
                if (step.over()) {
                    stage.showLast();
                    episode.finish();
                    return new Played(answering, episodeSeed, reward, steps, environment.success());
                }
                observation = step.observation();
            }
        }
    }

    private void tell(Environment environment, Played played) {
        if (!root.json()) {
            Terminal terminal = root.terminal();
            terminal.out()
                    .println(String.format(
                            Locale.ROOT,
                            "seed %-6d %s  return %.2f  %d steps  %s",
                            played.seed(),
                            played.success() ? terminal.good("success") : terminal.bad("failure"),
                            played.reward(),
                            played.steps(),
                            terminal.faint(environment.instruction())));
            terminal.out().flush();
        }
    }

    private void conclude(List<Played> all) {
        if (root.json()) {
            print(all);
        } else if (all.size() > 1) {
            double mean = all.stream().mapToDouble(Played::reward).average().orElse(0);
            long successes = all.stream().filter(Played::success).count();
            root.terminal()
                    .out()
                    .println(
                            String.format(Locale.ROOT, "mean return %.2f, success %d/%d", mean, successes, all.size()));
        }
    }

    private void print(List<Played> all) {
        Json.print(root.terminal().out(), json -> {
            json.writeStartObject();
            json.writeStringField("model", all.get(0).model());
            json.writeStringField("environment", name);
            json.writeArrayFieldStart("episodes");
            for (Played played : all) {
                json.writeStartObject();
                json.writeNumberField("seed", played.seed());
                json.writeNumberField("return", played.reward());
                json.writeNumberField("steps", played.steps());
                json.writeBooleanField("success", played.success());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }
}
