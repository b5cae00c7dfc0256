package dev.sensorium.server.registry;

import dev.sensorium.spi.ModelException;
import java.nio.file.Path;
import java.util.ServiceConfigurationError;
import java.util.concurrent.CompletionException;

/** The words in which callers are told of a failure: without paths, addresses and traces, which the log has. */
final class Causes {

    private Causes() {}

    /**
     * Says what a plugin's code failed of.
     *
     * @param folder the folder that it was given, which a message may name
     */
    static String forCallers(Throwable failure, Path folder) {
        if (failure instanceof CompletionException && failure.getCause() != null) {
            return forCallers(failure.getCause(), folder);
        }
        if (failure instanceof OutOfMemoryError) {
            return "out of memory";
        }
        String name = failure.getClass().getSimpleName();
        String message = failure.getMessage();
        if (message == null) {
            return name;
        }
        if (failure instanceof ModelException) {
            return message.replace(folder.toString(), folder.getFileName().toString());
        }
        boolean namesClassesOnly = failure instanceof ServiceConfigurationError || isOfAClass(failure);
        return namesClassesOnly && !message.contains(":/") ? name + ": " + message : name;
    }

    private static boolean isOfAClass(Throwable failure) {
        return failure instanceof LinkageError && !(failure instanceof UnsatisfiedLinkError);
    }
}
