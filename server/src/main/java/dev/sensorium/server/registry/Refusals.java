package dev.sensorium.server.registry;

import dev.sensorium.server.ServiceException;
import dev.sensorium.spi.Capability;
import io.grpc.Status;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
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

    /** None is named, and there is not exactly one that has the capability. */
    static ServiceException unnamed(Class<? extends Capability> capability, Collection<String> names) {
        String expectation =
                "expected: %s".formatted(names.isEmpty() ? "none here has " + name(capability) : oneOf(names));
        return new ServiceException(
                        Status.Code.INVALID_ARGUMENT, "MODEL_REQUIRED", "model: empty (" + expectation + ")")
                .at("model", "empty (" + expectation + ")");
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

    static ServiceException cannot(ModelStatus model, Class<? extends Capability> capability) {
        List<Class<? extends Capability>> has =
                model.loaded().map(loaded -> loaded.facts().capabilities()).orElse(List.of());
        String key = model.key().toString();
        return new ServiceException(
                        Status.Code.FAILED_PRECONDITION,
                        "UNSUPPORTED_CAPABILITY",
                        "model %s: not %s (it is: %s)"
                                .formatted(
                                        key,
                                        name(capability),
                                        has.stream().map(Class::getSimpleName).collect(Collectors.joining(", "))))
                .with("model", key);
    }

    private static String name(Class<? extends Capability> capability) {
        return capability.getSimpleName();
    }

    private static String oneOf(Collection<String> names) {
        if (names.isEmpty()) {
            return "there are no models";
        }
        String more = names.size() > NAMES ? " and %d more".formatted(names.size() - NAMES) : "";
        return names.stream().limit(NAMES).collect(Collectors.joining(", ", "one of ", more));
    }
}
