package dev.sensorium.server.schedule;

import java.util.function.Supplier;

/** The way into a plugin's code: with its class loader as the thread's context class loader, which is restored. */
public final class PluginCode {

    private final ClassLoader loader;

    /** Leads into the code that this loader loaded. */
    public PluginCode(ClassLoader loader) {
        this.loader = loader;
    }

    /** Returns what the code returns. */
    public <T> T call(Supplier<T> code) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return code.get();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Runs the code. */
    public void run(Runnable code) {
        call(() -> {
            code.run();
            return true;
        });
    }
}
