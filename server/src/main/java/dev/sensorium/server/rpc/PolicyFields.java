package dev.sensorium.server.rpc;

import dev.sensorium.server.ServiceException;
import dev.sensorium.spi.ModelException;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The fields that a policy means when it refuses a task or an observation. */
final class PolicyFields {

    /** How a message names the part that is refused. */
    private static final Pattern PART = Pattern.compile(
            "((instruction|observation_spaces|action_spaces|demonstration|seed|observation)"
                    + "(?:\\.[a-z_]+|\\[\"[^\"]{1,128}\"]|\\[\\d{1,9}]){0,9}): (.*)",
            Pattern.DOTALL);

    private PolicyFields() {}

    /** Returns what the caller is told of a failure of the policy: if it refuses a part, the part is named. */
    static ServiceException refusal(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (!(cause instanceof ModelException e) || !Errors.isInput(e)) {
            return Errors.at("task", cause);
        }
        Matcher part = PART.matcher(String.valueOf(e.getMessage()));
        if (!part.matches()) {
            return Errors.at("task", e);
        }
        String field = part.group(2).equals("observation") ? part.group(1) : "task." + part.group(1);
        return Errors.at(field, new ModelException(e.reason(), part.group(3), e));
    }
}
