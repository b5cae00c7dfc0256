package dev.sensorium.client;

import dev.sensorium.proto.v1.CallStats;
import dev.sensorium.proto.v1.Content;
import dev.sensorium.proto.v1.EmbedItem;
import dev.sensorium.proto.v1.EmbedRequest;
import dev.sensorium.proto.v1.EmbedResponse;
import dev.sensorium.proto.v1.EmbedStreamRequest;
import dev.sensorium.proto.v1.EmbedStreamResponse;
import dev.sensorium.proto.v1.Embedding;
import dev.sensorium.proto.v1.EmbeddingServiceGrpc;
import dev.sensorium.proto.v1.Match;
import dev.sensorium.proto.v1.MatchRequest;
import dev.sensorium.proto.v1.MatchResponse;
import dev.sensorium.proto.v1.ProcessingOptions;
import dev.sensorium.proto.v1.VideoSample;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The embedding service of {@link FakeServer}. */
public final class FakeEmbeddings extends EmbeddingServiceGrpc.EmbeddingServiceImplBase {

    static final List<String> WORDS = List.of("red", "blue", "circle", "square");

    /** The messages of unary calls, as they came. */
    final Queue<Object> requests = new ConcurrentLinkedQueue<>();

    /** The ids of stream items, as they came. */
    final Queue<String> itemIds = new ConcurrentLinkedQueue<>();

    /** First messages of streams. */
    final Queue<EmbedStreamRequest> firstMessages = new ConcurrentLinkedQueue<>();

    /** Unary calls and streams that the client cancelled. */
    final CountDownLatch cancelled = new CountDownLatch(1);

    /** A call whose content is "silence" is never answered; this tells that it came. */
    final CountDownLatch silenced = new CountDownLatch(1);

    private final AtomicInteger embedCount = new AtomicInteger();
    private volatile @Nullable Failing failing;
    private final Set<Content> cache = ConcurrentHashMap.newKeySet();
    private final Queue<Integer> cuts = new ConcurrentLinkedQueue<>();
    private final AtomicInteger endAfter = new AtomicInteger(Integer.MAX_VALUE);

    /** Lets the next streams break off as unavailable, each after so many results. */
    void cutStreamsAfter(Integer... results) {
        cuts.addAll(List.of(results));
    }

    /** Lets every second unary embedding fail once so many have come. */
    public void failAfter(int count, StatusRuntimeException failure) {
        failing = new Failing(count, failure);
    }

    /** Lets streams end as if all were well after so many results. */
    void endStreamsAfter(int results) {
        endAfter.set(results);
    }

    /** Returns the templates of the match calls, the set by name or the list joined by bars. */
    public List<String> templates() {
        return requests.stream()
                .map(request -> ((MatchRequest) request).getPromptTemplates())
                .map(templates -> templates.getName()
                        + String.join("|", templates.getList().getTemplatesList()))
                .toList();
    }

    /** Returns the heads that the match calls asked for. */
    public List<String> heads() {
        return requests.stream()
                .map(request -> ((MatchRequest) request).getHead())
                .toList();
    }

    @Override
    public void embed(EmbedRequest request, StreamObserver<EmbedResponse> responses) {
        requests.add(request);
        ((ServerCallStreamObserver<EmbedResponse>) responses).setOnCancelHandler(cancelled::countDown);
        if (request.getContentsList().stream()
                .anyMatch(content -> words(content).equals("silence"))) {
            silenced.countDown();
            return;
        }
        Failing plan = failing;
        int count = embedCount.incrementAndGet();
        if (plan != null && count > plan.after() && count % 2 == 0) {
            responses.onError(plan.failure());
            return;
        }
        try {
            var response = EmbedResponse.newBuilder();
            int hits = 0;
            for (int i = 0; i < request.getContentsCount(); i++) {
                Content content = request.getContents(i);
                response.addEmbeddings(embedding(request.getModel(), content, "contents[" + i + "]"));
                hits += hit(content, request.getOptions()) ? 1 : 0;
            }
            responses.onNext(
                    response.setStats(stats(request.getContentsCount(), hits)).build());
            responses.onCompleted();
        } catch (StatusRuntimeException e) {
            responses.onError(e);
        }
    }

    @Override
    public void match(MatchRequest request, StreamObserver<MatchResponse> responses) {
        requests.add(request);
        try {
            boolean logits = !request.getHead().equals("itc");
            var response = MatchResponse.newBuilder();
            List<dev.sensorium.client.Embedding> texts = new ArrayList<>();
            for (int i = 0; i < request.getTextsCount(); i++) {
                Content text = Content.newBuilder().setText(request.getTexts(i)).build();
                texts.add(Wire.embedding(embedding(request.getModel(), text, "texts[" + i + "]")));
            }
            for (int i = 0; i < request.getContentsCount(); i++) {
                Match match = match(
                        Wire.embedding(embedding(request.getModel(), request.getContents(i), "contents[" + i + "]")),
                        texts);
                response.addMatches(
                        logits ? match : match.toBuilder().clearProbabilities().build());
            }
            int count = request.getContentsCount() + request.getTextsCount();
            responses.onNext(response.setStats(stats(count, 0)).build());
            responses.onCompleted();
        } catch (StatusRuntimeException e) {
            responses.onError(e);
        }
    }

    @Override
    public StreamObserver<EmbedStreamRequest> embedStream(StreamObserver<EmbedStreamResponse> responses) {
        ((ServerCallStreamObserver<EmbedStreamResponse>) responses).setOnCancelHandler(cancelled::countDown);
        return new Stream(responses, cuts.poll());
    }

    static StatusRuntimeException unknownModel(String model) {
        return FakeServer.rich(
                Status.Code.NOT_FOUND, "MODEL_NOT_FOUND", "model: \"" + model + "\" (expected: words)", "", "", 0);
    }

    private static Match match(dev.sensorium.client.Embedding content, List<dev.sensorium.client.Embedding> texts) {
        double[] scores =
                texts.stream().mapToDouble(text -> 10 * content.cosine(text)).toArray();
        double sum = 0;
        for (double score : scores) {
            sum += Math.exp(score);
        }
        var match = Match.newBuilder();
        for (double score : scores) {
            match.addScores((float) score).addProbabilities((float) (Math.exp(score) / sum));
        }
        return match.build();
    }

    private static Embedding embedding(String model, Content content, String field) {
        if (!Set.of("", "words", "words/1").contains(model)) {
            throw unknownModel(model);
        }
        String words = words(content);
        if (words.contains("broken")) {
            throw FakeServer.rich(
                    Status.Code.INVALID_ARGUMENT,
                    "INVALID_INPUT",
                    field + ": not a picture (expected: PNG, JPEG, GIF, BMP or WebP)",
                    field,
                    "not a picture (expected: PNG, JPEG, GIF, BMP or WebP)",
                    0);
        }
        var embedding = Embedding.newBuilder();
        if (content.hasVideo()) {
            embedding.setVideo(VideoSample.newBuilder().addSeconds(0));
        }
        for (String word : WORDS) {
            embedding.addValues((words.split(word, -1).length - 1) / (float) Math.sqrt(2));
        }
        return embedding.build();
    }

    static String words(Content content) {
        return switch (content.getKindCase()) {
            case TEXT -> content.getText();
            case IMAGE -> content.getImage().getData().toString(StandardCharsets.UTF_8);
            case VIDEO -> content.getVideo().toString();
            case AUDIO -> content.getAudio().getData().toString(StandardCharsets.UTF_8);
            case DIGEST -> content.getDigest().getSha256();
            case KIND_NOT_SET -> "";
        };
    }

    private boolean hit(Content content, ProcessingOptions options) {
        return switch (options.getCacheControl()) {
            case CACHE_CONTROL_BYPASS -> false;
            case CACHE_CONTROL_REFRESH -> {
                cache.add(content);
                yield false;
            }
            case CACHE_CONTROL_USE, CACHE_CONTROL_UNSPECIFIED, UNRECOGNIZED -> !cache.add(content);
        };
    }

    private static CallStats stats(int embeddings, int hits) {
        return CallStats.newBuilder()
                .setModel("words/1")
                .setEmbeddingCount(embeddings)
                .setCacheHitCount(hits)
                .setQueueTime(com.google.protobuf.Duration.newBuilder().setNanos(1_500_000))
                .setComputeTime(com.google.protobuf.Duration.newBuilder().setSeconds(1))
                .build();
    }

    private record Failing(int after, StatusRuntimeException failure) {}

    /** One stream; it answers every item at once. */
    private final class Stream implements StreamObserver<EmbedStreamRequest> {

        private final StreamObserver<EmbedStreamResponse> responses;
        private final int cutAfter;
        private @Nullable EmbedStreamRequest first;
        private int results;
        private boolean over;

        Stream(StreamObserver<EmbedStreamResponse> responses, @Nullable Integer cutAfter) {
            this.responses = responses;
            this.cutAfter = cutAfter == null ? Integer.MAX_VALUE : cutAfter;
        }

        @Override
        public void onNext(EmbedStreamRequest request) {
            if (first == null) {
                first = request;
                firstMessages.add(request);
            }
            for (EmbedItem item : request.getItemsList()) {
                itemIds.add(item.getId());
                if (words(item.getContent()).equals("silence")) {
                    over = true;
                } else if (results < Math.min(cutAfter, endAfter.get())) {
                    responses.onNext(answer(first, item));
                    results++;
                }
            }
            if (!over && results == cutAfter) {
                over = true;
                responses.onError(FakeServer.unavailable());
            } else if (!over && results == endAfter.get()) {
                over = true;
                responses.onCompleted();
            }
        }

        private EmbedStreamResponse answer(EmbedStreamRequest begin, EmbedItem item) {
            var response = EmbedStreamResponse.newBuilder().setId(item.getId()).setModel("words/1");
            try {
                response.setEmbedding(embedding(begin.getModel(), item.getContent(), "content"));
                response.setCacheHit(hit(item.getContent(), begin.getOptions()));
            } catch (StatusRuntimeException e) {
                response.setError(StatusProto.fromThrowable(e));
            }
            return response.build();
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
            if (!over) {
                responses.onCompleted();
            }
        }
    }
}
