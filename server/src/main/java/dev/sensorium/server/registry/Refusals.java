package dev.sensorium.server.registry;

import dev.sensorium.server.ServiceException;
import io.grpc.Status;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;

/** The failures with which the registry turns a caller away. */
final class Refusals {

    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int NAMES = 20;
    private static final int REFERENCE = 200;

    private Refusals() {}

    static ServiceException starting() {
        return new ServiceException(Status.Code.UNAVAILABLE, "SERVER_STARTING", "the server is starting")
                .retryAfter(RETRY);
    }

    static ServiceException unknown(String reference, Collection<String> names) {
        String shown = reference.length() > REFERENCE ? reference.substring(0, REFERENCE) + "..." : reference;
        return new ServiceException(
                        Status.Code.NOT_FOUND,
                        "MODEL_NOT_FOUND",
                        "model: \"%s\" (expected: %s)".formatted(shown, oneOf(names)))
                .with("model", shown);
    }

    /** None is named, and there is not exactly one that meets the need. */
    static ServiceException unnamed(Need need, Collection<String> names) {
        String expectation = "expected: %s".formatted(names.isEmpty() ? noneFor(need) : oneOf(names));
        return new ServiceException(
                        Status.Code.INVALID_ARGUMENT, "MODEL_REQUIRED", "model: empty (" + expectation + ")")
                .at("model", "empty (" + expectation + ")");
    }

    private static String noneFor(Need need) {
        return need.task()
                .map(task -> "none here can " + Need.word(task))
                .orElse("none here has " + need.capability().getSimpleName());
    }

    /** The model cannot be leased in its state. */
    static ServiceException notReady(ModelStatus model) {
        String key = model.key().toString();
        if (model.state() == ModelState.FAILED) {
            return new ServiceException(
                            Status.Code.FAILED_PRECONDITION,
                            "MODEL_FAILED",
                            "model %s failed to load: %s".formatted(key, model.failure()))
                    .with("model", key);
        }
        String reason = model.isComing() ? "MODEL_LOADING" : "MODEL_DRAINING";
        String message =
                "model %s is %s".formatted(key, model.isComing() ? "being loaded" : "being taken out of service");
        return new ServiceException(Status.Code.UNAVAILABLE, reason, message)
                .with("model", key)
                .retryAfter(RETRY);
    }

    /** The model is ready and does not meet the need. */
    static ServiceException cannot(ModelStatus model, Need need) {
        Optional<ModelFacts> facts = model.loaded().map(LoadedModel::facts);
        boolean lacksTask = facts.filter(need::hasCapability).isPresent();
        String key = model.key().toString();
        String message = lacksTask
                ? "model %s: cannot %s (it can: %s)"
                        .formatted(key, need.task().map(Need::word).orElse(""), tasks(facts))
                : "model %s: not %s (it is: %s)"
                        .formatted(key, need.capability().getSimpleName(), capabilities(facts));
        return new ServiceException(
                        Status.Code.FAILED_PRECONDITION,
                        lacksTask ? "UNSUPPORTED_TASK" : "UNSUPPORTED_CAPABILITY",
                        message)
                .with("model", key);
    }

    private static String capabilities(Optional<ModelFacts> facts) {
        return facts.stream()
                .flatMap(known -> known.capabilities().stream())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(", "));
    }

    private static String tasks(Optional<ModelFacts> facts) {
        return facts.stream()
                .flatMap(known -> known.tasks().stream())
                .sorted()
                .map(Need::word)
                .collect(Collectors.joining(", "));
    }

    private static String oneOf(Collection<String> names) {
        if (names.isEmpty()) {
            return "there are no models";
        }
        String more = names.size() > NAMES ? " and %d more".formatted(names.size() - NAMES) : "";
        return names.stream().limit(NAMES).collect(Collectors.joining(", ", "one of ", more));
    }
}
