package dev.sensorium.client;

import dev.sensorium.client.GenerationEvent.Delta;
import dev.sensorium.client.GenerationEvent.Finished;
import dev.sensorium.client.GenerationEvent.Started;
import dev.sensorium.proto.v1.GenerateRequest;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A text that a model is generating: events that are pulled, pieces of text, or a publisher of events; or the text as a
 * whole.
 *
 * {@snippet lang=java :
 * try (var generation = sensorium.generate(Prompt.of(Content.image(Path.of("photo.png"))))) {
 *     generation.pieces().forEach(System.out::print);
 * }
 * }
 *
 * <p>Nothing comes that was not asked for, and the server generates only a little ahead; it cuts off a reader that reads
 * nothing for too long. For one thread; only {@link #close} may come from another, and ends the generation at once, here
 * and at the server. Methods that wait throw {@link SensoriumException} if the generation fails.
 */
public final class Generation implements Iterator<GenerationEvent>, AutoCloseable {

    private final EventReader<GenerationEvent> reader;
    private final StringBuilder text = new StringBuilder();
    private @Nullable Started started;
    private @Nullable Finished finished;

    Generation(ManagedChannel channel, GenerateRequest request, Duration window, Duration patience) {
        reader = new EventReader<>(
                "generation", this::note, receiver -> new GenerateCall(channel, request, window, patience, receiver));
    }

    /** Tells whether there is one more event, waiting for it if need be. */
    @Override
    public boolean hasNext() {
        return reader.hasNext();
    }

    @Override
    public GenerationEvent next() {
        return reader.next();
    }

    /**
     * Returns the pieces of text as they come into being, none of them empty. Closing the stream closes the generation.
     */
    public Stream<String> pieces() {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(this, Spliterator.ORDERED), false)
                .flatMap(event -> event instanceof Delta delta && !delta.text().isEmpty()
                        ? Stream.of(delta.text())
                        : Stream.empty())
                .onClose(this::close);
    }

    /**
     * Returns the events for a reactive program: one subscriber gets those that were not read, as many as it asks for,
     * and ends the generation when it cancels. There is no other way to read then.
     */
    public Flow.Publisher<GenerationEvent> events() {
        return reader.events();
    }

    /** Returns the first event, waiting for it if need be. It is not read by this. */
    public Started started() {
        if (started == null) {
            reader.peek();
        }
        return Optional.ofNullable(started)
                .orElseThrow(() -> Errors.unexpected("first response: none (expected: started)"));
    }

    /** Reads to the end, and returns the whole text, with what was read before. */
    public String text() {
        finish();
        return text.toString();
    }

    /** Reads to the end, and returns the last event: why the text ended, and what it took. */
    public Finished finish() {
        while (hasNext()) {
            next();
        }
        return Optional.ofNullable(finished)
                .orElseThrow(() -> Errors.unexpected("last response: none (expected: finished)"));
    }

    /** Reads to the end, and returns all there is to know. */
    public GeneratedText whole() {
        Finished end = finish();
        return new GeneratedText(
                text.toString(),
                end.reason(),
                end.usage(),
                end.videos(),
                started().model());
    }

    /** Ends the generation, if it has not ended. */
    @Override
    public void close() {
        reader.close();
    }

    private void note(GenerationEvent event) {
        if (event instanceof Started first) {
            started = first;
        } else if (event instanceof Delta delta) {
            text.append(delta.text());
        } else if (event instanceof Finished last) {
            finished = last;
        }
    }
}
