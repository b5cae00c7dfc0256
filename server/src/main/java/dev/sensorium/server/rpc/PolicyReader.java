package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.DemonstrationStep;
import dev.sensorium.proto.v1.PolicyAction;
import dev.sensorium.proto.v1.PolicyObservation;
import dev.sensorium.proto.v1.PolicyTask;
import dev.sensorium.server.ServiceException;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.Policy.Action;
import dev.sensorium.spi.Policy.Demonstrated;
import dev.sensorium.spi.Policy.Observation;
import dev.sensorium.spi.Policy.Task;
import dev.sensorium.spi.Space;
import dev.sensorium.spi.Value;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Reads tasks and observations off the wire. Whether values lie in their spaces is not its concern, but that of
 * {@link Task}.
 */
final class PolicyReader {

    private static final int LONGEST_NAME = 128;
    private static final Duration LONGEST_DEADLINE = Duration.ofHours(1);

    private final int textBytes;

    /**
     * A reader with its limits.
     *
     * @param textBytes of one text in UTF-8
     */
    PolicyReader(int textBytes) {
        this.textBytes = textBytes;
    }

    /**
     * Reads the field "task".
     *
     * @throws ServiceException INVALID_ARGUMENT with all that is wrong with it
     */
    Task task(PolicyTask wire) {
        Violations violations = new Violations();
        text(wire.getInstruction(), "task.instruction", violations);
        Map<String, Space> observation = spaces(wire.getObservationSpacesMap(), "task.observation_spaces", violations);
        Map<String, Space> action = spaces(wire.getActionSpacesMap(), "task.action_spaces", violations);
        List<Demonstrated> demonstration = new ArrayList<>();
        for (int i = 0; i < wire.getDemonstrationCount() && !violations.any(); i++) {
            String field = "task.demonstration[%d]".formatted(i);
            demonstration.add(demonstrated(wire.getDemonstration(i), field, violations));
        }
        deadline(wire.hasActionDeadline(), wire.getActionDeadline(), "task.action_deadline", violations);
        violations.raise(Violations.INVALID_REQUEST);
        OptionalLong seed = wire.hasSeed() ? OptionalLong.of(wire.getSeed()) : OptionalLong.empty();
        try {
            return new Task(wire.getInstruction(), observation, action, demonstration, seed);
        } catch (ModelException e) {
            throw PolicyFields.refusal(e);
        }
    }

    private Demonstrated demonstrated(DemonstrationStep wire, String field, Violations violations) {
        PolicyAction action = wire.getAction();
        return new Demonstrated(
                observation(wire.getObservation(), field + ".observation", violations),
                new Action(values(action.getValuesMap(), field + ".action.values", violations)));
    }

    /**
     * Reads the field "observation".
     *
     * @throws ServiceException INVALID_ARGUMENT with all that is wrong with it
     */
    Observation observation(PolicyObservation wire) {
        Violations violations = new Violations();
        Observation observation = observation(wire, "observation", violations);
        deadline(wire.hasDeadline(), wire.getDeadline(), "observation.deadline", violations);
        violations.raise(Violations.INVALID_REQUEST);
        return observation;
    }

    private Observation observation(PolicyObservation wire, String field, Violations violations) {
        OptionalDouble reward = OptionalDouble.empty();
        if (wire.hasReward() && Double.isFinite(wire.getReward())) {
            reward = OptionalDouble.of(wire.getReward());
        } else if (wire.hasReward()) {
            violations.add(field + ".reward", wire.getReward() + " (expected: finite)");
        }
        return new Observation(values(wire.getValuesMap(), field + ".values", violations), reward);
    }

    /** Returns how long an action may take; empty if as long as it takes. The message was read before. */
    static Optional<Duration> deadline(PolicyTask task, PolicyObservation observation) {
        if (observation.hasDeadline()) {
            return Optional.of(duration(observation.getDeadline()));
        }
        return task.hasActionDeadline() ? Optional.of(duration(task.getActionDeadline())) : Optional.empty();
    }

    private static void deadline(
            boolean isSet, com.google.protobuf.Duration wire, String field, Violations violations) {
        if (!isSet) {
            return;
        }
        boolean valid = Math.abs(wire.getSeconds()) <= LONGEST_DEADLINE.toSeconds()
                && duration(wire).compareTo(Duration.ZERO) > 0
                && duration(wire).compareTo(LONGEST_DEADLINE) <= 0;
        if (!valid) {
            violations.add(
                    field,
                    "%d s and %d ns (expected: more than 0 s, at most %d s)"
                            .formatted(wire.getSeconds(), wire.getNanos(), LONGEST_DEADLINE.toSeconds()));
        }
    }

    private static Duration duration(com.google.protobuf.Duration wire) {
        return Duration.ofSeconds(wire.getSeconds(), wire.getNanos());
    }

    private static Map<String, Space> spaces(
            Map<String, dev.sensorium.proto.v1.Space> wire, String field, Violations violations) {
        Map<String, Space> spaces = new HashMap<>();
        wire.forEach((name, space) -> {
            String path = part(field, name);
            try {
                spaces.put(name, space(space));
            } catch (ModelException e) {
                violations.add(path, String.valueOf(e.getMessage()));
            }
        });
        return spaces;
    }

    private static Space space(dev.sensorium.proto.v1.Space wire) {
        return switch (wire.getKindCase()) {
            case DISCRETE -> new Space.Discrete(wire.getDiscrete().getSize());
            case MULTI_DISCRETE ->
                new Space.MultiDiscrete(wire.getMultiDiscrete().getSizesList());
            case BOX ->
                new Space.Box(
                        wire.getBox().getShapeList(),
                        wire.getBox().getLowList(),
                        wire.getBox().getHighList());
            case IMAGE ->
                new Space.Image(
                        wire.getImage().getHeight(),
                        wire.getImage().getWidth(),
                        wire.getImage().getChannels());
            case TEXT -> new Space.Text(wire.getText().getMaxLength());
            case KIND_NOT_SET ->
                throw new ModelException(
                        ModelException.Reason.INVALID_INPUT,
                        "no kind (expected: discrete, multi_discrete, box, image or text)");
        };
    }

    private Map<String, Value> values(
            Map<String, dev.sensorium.proto.v1.Value> wire, String field, Violations violations) {
        Map<String, Value> values = new HashMap<>();
        wire.forEach((name, value) -> values.put(name, value(value, part(field, name), violations)));
        return values;
    }

    /** Reads a value; one with violations is as good as any, as it is never used. */
    private Value value(dev.sensorium.proto.v1.Value wire, String field, Violations violations) {
        return switch (wire.getKindCase()) {
            case NUMBERS -> new Value.Numbers(wire.getNumbers().getValuesList());
            case PIXELS -> new Value.Pixels(wire.getPixels().asReadOnlyByteBuffer());
            case TEXT -> {
                text(wire.getText(), field + ".text", violations);
                yield new Value.Words(wire.getText());
            }
            case KIND_NOT_SET -> {
                violations.add(field, "no kind (expected: numbers, pixels or text)");
                yield new Value.Words("");
            }
        };
    }

    private void text(String text, String field, Violations violations) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > textBytes) {
            violations.add(field, "%d bytes (expected: <= %d)".formatted(bytes, textBytes));
        }
    }

    private static String part(String field, String name) {
        return "%s[\"%s\"]".formatted(field, name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME));
    }
}
