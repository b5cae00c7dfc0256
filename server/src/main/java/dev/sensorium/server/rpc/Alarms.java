package dev.sensorium.server.rpc;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs things later, on a thread of its own; they must be short, and hand on what is not. */
@Singleton
final class Alarms {

    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, task -> {
        Thread alarms = new Thread(task, "alarms");
        alarms.setContextClassLoader(Alarms.class.getClassLoader());
        alarms.setDaemon(true);
        return alarms;
    });

    Alarms() {
        thread.setRemoveOnCancelPolicy(true);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        thread.prestartAllCoreThreads();
    }

    /** Runs an action after a time, unless what is returned is cancelled before. */
    Future<?> after(Duration delay, Runnable action) {
        return thread.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    @PreDestroy
    void close() {
        thread.shutdown();
    }
}
