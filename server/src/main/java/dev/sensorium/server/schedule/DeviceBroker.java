package dev.sensorium.server.schedule;

import dev.sensorium.spi.Device;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/** Deals out the right to run on a device: so many runs at once, first come, first served. */
final class DeviceBroker {

    private final Map<Device, Semaphore> free = new ConcurrentHashMap<>();
    private final int runsPerCpu;
    private final int runsPerGpu;

    DeviceBroker(int runsPerCpu, int runsPerGpu) {
        this.runsPerCpu = runsPerCpu;
        this.runsPerGpu = runsPerGpu;
    }

    /** The right to one run, until it is closed. */
    interface Permit extends AutoCloseable {

        @Override
        void close();
    }

    /** Waits for a run on this device to become free. */
    Permit acquire(Device device) {
        Semaphore runs = free.computeIfAbsent(device, d -> new Semaphore(runs(d), true));
        runs.acquireUninterruptibly();
        return runs::release;
    }

    /** Returns how many runs a device takes at once. */
    int runs(Device device) {
        return device.kind() == Device.Kind.CPU ? runsPerCpu : runsPerGpu;
    }
}
