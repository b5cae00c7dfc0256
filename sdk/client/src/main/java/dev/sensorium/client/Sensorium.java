package dev.sensorium.client;

import dev.sensorium.client.BulkCall.Settings;
import dev.sensorium.client.Content.Digest;
import dev.sensorium.proto.v1.ListModelsResponse;
import io.grpc.ManagedChannel;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A client of one or more Sensorium servers. Safe for many threads; make one and keep it, it connects when first used
 * and again whenever it must.
 *
 * <p>Every method throws {@link SensoriumException} if the call fails.
 */
public final class Sensorium implements AutoCloseable {

    private static final Duration CLOSING_TIME = Duration.ofSeconds(5);

    private final ManagedChannel channel;
    private final Calls calls;
    private final Settings bulk;

    Sensorium(ManagedChannel channel, Duration deadline, Settings bulk) {
        this.channel = channel;
        this.calls = new Calls(channel, deadline);
        this.bulk = bulk;
    }

    /**
     * Returns a client that talks in plain text; for TLS see {@link #builder}.
     *
     * @param target "host:port", or several as "a:9000,b:9000"; all addresses of each host take turns. The port is
     *     9000 unless given. A target with a scheme, such as "unix:///run/sensorium.sock", is taken as gRPC reads it
     */
    public static Sensorium connect(String target) {
        return builder(target).build();
    }

    /** Returns a builder of a client of this target, see {@link #connect}. */
    public static SensoriumBuilder builder(String target) {
        return new SensoriumBuilder(target);
    }

    /** Returns this client in the form whose calls answer in futures. */
    public AsyncSensorium async() {
        return new AsyncSensorium(channel, calls);
    }

    /** Embeds a content with the only model there is. */
    public Embedding embed(Content content) {
        return embed(content, EmbedOptions.DEFAULT);
    }

    /** Embeds a content. */
    public Embedding embed(Content content, EmbedOptions options) {
        return embed(List.of(content), options).embeddings().get(0);
    }

    /** Embeds a batch of contents, whose kinds may be mixed; all or nothing. */
    public EmbedResult embed(List<? extends Content> contents, EmbedOptions options) {
        return calls.run(Requests.embed(contents, options));
    }

    /** Matches a content with texts, with the only model there is. */
    public MatchResult match(Content content, String... texts) {
        return match(content, List.of(texts), MatchOptions.DEFAULT);
    }

    /** Matches a content with texts. */
    public MatchResult match(Content content, List<String> texts, MatchOptions options) {
        return match(List.of(content), texts, options).get(0);
    }

    /** Matches each content with each text: one result per content, in order. */
    public List<MatchResult> match(List<? extends Content> contents, List<String> texts, MatchOptions options) {
        return calls.run(Requests.match(contents, texts, options));
    }

    /** Starts to continue a prompt with the only model there is. */
    public Generation generate(Prompt prompt) {
        return generate(prompt, GenerationOptions.DEFAULT);
    }

    /**
     * Starts to continue a prompt, and returns the text that comes into being; closing it is yours, and ends it. If the
     * connection breaks within {@link GenerationOptions#resumeWindow}, the text goes on where it was. Prompts are
     * refused before they go out if they are no prompts; all else is known once events are read.
     */
    public Generation generate(Prompt prompt, GenerationOptions options) {
        return new Generation(
                channel,
                GenerationRequests.generate(prompt, options),
                options.resumeWindow(),
                calls.deadline(options.deadline()));
    }

    /** Says what is in a picture or a video, with the only model that captions. */
    public GeneratedText caption(Content content) {
        return caption(content, "", GenerationOptions.DEFAULT);
    }

    /** Says what is in a picture or a video, beginning with a prefix such as "a picture of"; empty for none. */
    public GeneratedText caption(Content content, String prefix, GenerationOptions options) {
        return calls.run(GenerationRequests.caption(content, prefix, options));
    }

    /** Answers a question about a picture, a video or a text, with the only model that answers. */
    public GeneratedText answer(Content content, String question) {
        return answer(List.of(content), question, GenerationOptions.DEFAULT);
    }

    /** Answers a question about pictures, videos or texts. */
    public GeneratedText answer(List<? extends Content> contents, String question, GenerationOptions options) {
        return calls.run(GenerationRequests.answer(contents, question, options));
    }

    /** Tells how likely texts are after a prompt without a prefix, to choose among them for example. */
    public ScoreResult score(Prompt prompt, List<String> texts, GenerationOptions options) {
        return calls.run(GenerationRequests.score(prompt, texts, options));
    }

    /** Starts to draw a picture with the only model that draws. */
    public Drawing draw(String prompt) {
        return draw(prompt, DrawOptions.DEFAULT);
    }

    /**
     * Starts to draw pictures, and returns what comes into being; closing it is yours, and ends it. A blank prompt is
     * refused before it goes out; all else is known once events are read.
     */
    public Drawing draw(String prompt, DrawOptions options) {
        return new Drawing(channel, DrawingWire.request(prompt, options), calls.deadline(options.deadline()));
    }

    /** Opens an episode of a task with the only model that acts; closing it is yours, and ends it. */
    public Episode act(PolicyTask task) {
        return act(task, ActOptions.DEFAULT);
    }

    /**
     * Opens an episode of a task; closing it is yours, and ends it. It has no deadline as a whole, but its actions can
     * have one. What is wrong with the task is known once the first answer is waited for.
     */
    public Episode act(PolicyTask task, ActOptions options) {
        return new Episode(channel, task, options);
    }

    /**
     * Embeds any number of items in bounded memory. The items are taken from the iterator as the results are read;
     * an item that cannot be embedded is answered by an error of its own. If the server becomes unavailable in between,
     * the call connects again and goes on with the items that are not answered.
     */
    public ItemResults embedAll(Iterator<Item> items, EmbedOptions options) {
        return new ItemResults(channel, items, options, bulk, calls.deadline(options.deadline()));
    }

    /** Embeds any number of items, as {@link #embedAll(Iterator, EmbedOptions)} does. */
    public ItemResults embedAll(Iterable<Item> items, EmbedOptions options) {
        return embedAll(items.iterator(), options);
    }

    /** Embeds any number of items, as {@link #embedAll(Iterator, EmbedOptions)} does; closing the stream is yours. */
    public ItemResults embedAll(Stream<Item> items, EmbedOptions options) {
        return embedAll(items.iterator(), options);
    }

    /**
     * Embeds any number of items in bounded memory, for reactive programs: items are asked for as results are, and
     * each subscriber has a call of its own. Otherwise as {@link #embedAll(Iterator, EmbedOptions)}; there is no
     * deadline.
     */
    public Flow.Publisher<ItemResult> embedAll(Flow.Publisher<Item> items, EmbedOptions options) {
        return new BulkPublisher(channel, items, options, bulk);
    }

    /**
     * Uploads a file once, in chunks, so that requests can refer to it. The server keeps it at least for a while.
     *
     * @return the content to put into requests
     * @throws UncheckedIOException if the file cannot be read
     */
    public Digest upload(Modality modality, Path file) {
        return new Upload(channel, calls.deadline()).send(modality, file);
    }

    /** Returns the models in the order of name, newest version first, failed ones included. */
    public List<ModelDescription> models() {
        List<ModelDescription> models = new ArrayList<>();
        String token = "";
        do {
            ListModelsResponse page = calls.run(Requests.models(token));
            page.getModelsList().forEach(model -> models.add(ModelWire.model(model)));
            token = page.getNextPageToken();
        } while (!token.isEmpty());
        return models;
    }

    /** Returns the plugins of the server, those that failed included. */
    public List<PluginDescription> plugins() {
        return calls.run(Requests.models("")).getPluginsList().stream()
                .map(ModelWire::plugin)
                .toList();
    }

    /** Returns what there is to tell about a model, "name" for its newest version or "name/version". */
    public ModelDescription model(String model) {
        return calls.run(Requests.model(model));
    }

    /** Tells whether the server as a whole can answer. */
    public boolean serving() {
        return serving("");
    }

    /** Tells whether a service, by its full name, or a model, as "model:NAME", can answer. */
    public boolean serving(String name) {
        return calls.run(Requests.serving(name));
    }

    /** Cancels the calls that are in flight and closes the connections. */
    @Override
    public void close() {
        channel.shutdownNow();
        try {
            channel.awaitTermination(CLOSING_TIME.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the connections close by themselves
        }
    }
}
