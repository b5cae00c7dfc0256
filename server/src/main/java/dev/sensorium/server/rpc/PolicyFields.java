package dev.sensorium.server.rpc;

import dev.sensorium.server.ServiceException;
import java.util.Optional;
import java.util.Set;

/** The fields that a policy means when it refuses a task or an observation. */
final class PolicyFields {

    /** The parts of a task; that of a step is the observation. */
    private static final Set<String> TASK =
            Set.of("instruction", "observation_spaces", "action_spaces", "demonstration", "seed");

    private PolicyFields() {}

    /** Returns what the caller is told of a failure of the policy: if it refuses a part, the part is named. */
    static ServiceException refusal(Throwable failure) {
        return Errors.at("task", PolicyFields::field, failure);
    }

    private static Optional<String> field(String part) {
        String root = part.split("[.\\[]", 2)[0];
        if (root.equals("observation")) {
            return Optional.of(part);
        }
        return TASK.contains(root) ? Optional.of("task." + part) : Optional.empty();
    }
}
