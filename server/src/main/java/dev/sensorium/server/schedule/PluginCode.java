package dev.sensorium.server.schedule;

import java.util.function.Supplier;

/** The way into a plugin's code: with its class loader as the thread's context class loader, which is restored. */
final class PluginCode {

    private final ClassLoader loader;

    PluginCode(ClassLoader loader) {
        this.loader = loader;
    }

    <T> T call(Supplier<T> code) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return code.get();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
