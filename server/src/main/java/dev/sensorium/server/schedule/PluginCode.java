package dev.sensorium.server.schedule;

/** The way into a plugin's code: with its class loader as the thread's context class loader, which is restored. */
public final class PluginCode {

    private final ClassLoader loader;

    /** Code that returns something, or fails as it may. */
    public interface Code<T, E extends Exception> {

        /** Runs it. */
        T run() throws E;
    }

    /** Leads into the code that this loader loaded. */
    public PluginCode(ClassLoader loader) {
        this.loader = loader;
    }

    /** Returns what the code returns. */
    public <T, E extends Exception> T call(Code<T, E> code) throws E {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return code.run();
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
