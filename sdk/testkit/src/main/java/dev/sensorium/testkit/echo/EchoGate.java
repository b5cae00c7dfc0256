package dev.sensorium.testkit.echo;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;

import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchService;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A gate that holds an echo model's batches inside {@code embed}, and the rounds in which its generations get a word
 * each, until it is closed as a resource, which opens it. It is a folder beside the checkpoint's files, so it works
 * across processes and class loaders.
 *
 * <pre>{@code
 * try (EchoGate gate = EchoGate.shut(modelFolder)) {
 *     var answer = client.embedAsync(...);
 *     gate.awaitHeld(1);      // the batch is in embed now, and stays there
 *     ...
 * }                           // now it goes on
 * }</pre>
 */
public final class EchoGate implements AutoCloseable {

    private static final String NAME = "gate";

    private final Path gate;

    private EchoGate(Path gate) {
        this.gate = gate;
    }

    /** Shuts the gate of the model whose checkpoint lies in this folder; loaded or not. */
    public static EchoGate shut(Path folder) {
        try {
            return new EchoGate(Files.createDirectory(folder.resolve(NAME)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Waits until at least this many batches or rounds have arrived since the gate was shut.
     *
     * @return the number of items in each, in no order
     */
    public List<Integer> awaitHeld(int batches) throws InterruptedException {
        await(gate, ENTRY_CREATE, () -> held().size() >= batches);
        return held();
    }

    private List<Integer> held() {
        try (Stream<Path> files = Files.list(gate)) {
            return files.map(file -> file.getFileName().toString())
                    .map(name -> Integer.valueOf(name.substring(0, name.indexOf('-'))))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens the gate: what it held goes on, and what comes later passes. */
    @Override
    public void close() {
        try {
            Path opened = Files.move(gate, gate.resolveSibling(NAME + "-" + UUID.randomUUID()));
            try (Stream<Path> files = Files.list(opened)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(opened);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Passes the gate of this folder with a batch, once it is open. */
    static void pass(Path folder, int items) {
        Path ticket = folder.resolve(NAME).resolve(items + "-" + UUID.randomUUID());
        try {
            Files.createFile(ticket);
            await(folder, ENTRY_DELETE, () -> Files.notExists(ticket));
        } catch (NoSuchFileException e) {
            return; // there is no gate
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ModelException(Reason.INTERNAL, "interrupted at the gate", e);
        }
    }

    private static void await(Path folder, WatchEvent.Kind<Path> kind, BooleanSupplier condition)
            throws InterruptedException {
        try (WatchService watch = folder.getFileSystem().newWatchService()) {
            folder.register(watch, kind);
            while (!condition.getAsBoolean()) {
                watch.take().reset();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
