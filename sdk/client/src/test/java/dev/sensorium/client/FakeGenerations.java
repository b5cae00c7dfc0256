package dev.sensorium.client;

import dev.sensorium.proto.v1.AnswerRequest;
import dev.sensorium.proto.v1.AnswerResponse;
import dev.sensorium.proto.v1.CaptionRequest;
import dev.sensorium.proto.v1.CaptionResponse;
import dev.sensorium.proto.v1.Content;
import dev.sensorium.proto.v1.ContinuationScore;
import dev.sensorium.proto.v1.FinishReason;
import dev.sensorium.proto.v1.GenerateRequest;
import dev.sensorium.proto.v1.GenerateResponse;
import dev.sensorium.proto.v1.GenerationServiceGrpc;
import dev.sensorium.proto.v1.GenerationUsage;
import dev.sensorium.proto.v1.ScoreRequest;
import dev.sensorium.proto.v1.ScoreResponse;
import dev.sensorium.proto.v1.Turn;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The generation service of {@link FakeServer}. It says again what it was told last, word by word: a word is a token, and
 * a picture's bytes are words. After "silence" there is nothing more, "flood" is 1,000 tokens of 10 KB each.
 */
public final class FakeGenerations extends GenerationServiceGrpc.GenerationServiceImplBase {

    /** What the service was asked, as it came. */
    public final Queue<Object> requests = new ConcurrentLinkedQueue<>();

    /** Calls that the client cancelled. */
    public final CountDownLatch cancelled = new CountDownLatch(1);

    /** How many responses were sent in streams. */
    final AtomicInteger sent = new AtomicInteger();

    private final Map<String, List<GenerateResponse>> resumable = new ConcurrentHashMap<>();
    private final Queue<Integer> cuts = new ConcurrentLinkedQueue<>();
    private final AtomicInteger skipAt = new AtomicInteger(-1);
    private volatile @Nullable Semaphore pace;

    /** Lets the next streams break off as unavailable, each after so many responses. */
    void cutStreamsAfter(Integer... responses) {
        cuts.addAll(List.of(responses));
    }

    /** Lets streams leave out the response of this number. */
    void skip(int sequence) {
        skipAt.set(sequence);
    }

    /** Lets streams send a response only for each permit. */
    public void pace(Semaphore permits) {
        pace = permits;
    }

    /** Forgets the generations that could be resumed. */
    void forget() {
        resumable.clear();
    }

    @Override
    public void generate(GenerateRequest request, StreamObserver<GenerateResponse> observer) {
        requests.add(request);
        var responses = (ServerCallStreamObserver<GenerateResponse>) observer;
        Integer cut = cuts.poll();
        try {
            List<GenerateResponse> all = request.hasResume() ? rest(request) : all(request);
            Stream stream = new Stream(responses, all, cut == null ? Integer.MAX_VALUE : cut);
            responses.setOnCancelHandler(stream::cancelled);
            responses.setOnReadyHandler(stream::send);
            if (pace != null) {
                stream.start();
            }
        } catch (StatusRuntimeException e) {
            responses.onError(e);
        }
    }

    private List<GenerateResponse> all(GenerateRequest request) {
        Content last = request.getTurns(request.getTurnsCount() - 1).getContentsList().stream()
                .reduce((a, b) -> b)
                .orElseThrow();
        FakeWords words = FakeWords.of(request.getModel(), last, request.getDecoding(), "turns[0].contents[0]");
        String id = "generation " + requests.size();
        int prompt =
                request.getTurnsList().stream().mapToInt(Turn::getContentsCount).sum();
        List<GenerateResponse> all = words.responses(id, name(request.getModel()), prompt);
        if (request.hasResumeWindow()) {
            resumable.put(id, all);
        }
        return all;
    }

    private List<GenerateResponse> rest(GenerateRequest request) {
        List<GenerateResponse> all = resumable.get(request.getResume().getGenerationId());
        if (all == null) {
            throw FakeServer.rich(
                    Status.Code.NOT_FOUND, "GENERATION_NOT_FOUND", "generation: over (expected: running)", "", "", 0);
        }
        return all.subList((int) request.getResume().getAfterSequence() + 1, all.size());
    }

    @Override
    public void caption(CaptionRequest request, StreamObserver<CaptionResponse> responses) {
        requests.add(request);
        answer(responses, () -> {
            FakeWords words = FakeWords.of(request.getModel(), request.getContent(), request.getDecoding(), "content");
            return CaptionResponse.newBuilder()
                    .setText(request.getPrefix() + (request.getPrefix().isEmpty() ? "" : " ") + words.text())
                    .setFinishReason(words.reason())
                    .setUsage(usage(1, words.count()))
                    .setModel(name(request.getModel()))
                    .build();
        });
    }

    @Override
    public void answer(AnswerRequest request, StreamObserver<AnswerResponse> responses) {
        requests.add(request);
        answer(responses, () -> {
            Content question =
                    Content.newBuilder().setText(request.getQuestion()).build();
            FakeWords words = FakeWords.of(request.getModel(), question, request.getDecoding(), "question");
            return AnswerResponse.newBuilder()
                    .setText(words.text())
                    .setFinishReason(FinishReason.FINISH_REASON_STOP)
                    .setUsage(usage(request.getContentsCount() + 1, words.count()))
                    .setModel(name(request.getModel()))
                    .build();
        });
    }

    @Override
    public void score(ScoreRequest request, StreamObserver<ScoreResponse> responses) {
        requests.add(request);
        answer(responses, () -> {
            var response = ScoreResponse.newBuilder()
                    .setModel(name(request.getModel()))
                    .setQueueTime(com.google.protobuf.Duration.newBuilder().setNanos(2_000_000));
            for (String text : request.getContinuationsList()) {
                response.addScores(ContinuationScore.newBuilder()
                        .setLogLikelihood(-text.length())
                        .addTokens(text.length())
                        .addLogProbabilities(-text.length()));
            }
            return response.build();
        });
    }

    private static <T> void answer(StreamObserver<T> responses, java.util.function.Supplier<T> answer) {
        try {
            responses.onNext(answer.get());
            responses.onCompleted();
        } catch (StatusRuntimeException e) {
            responses.onError(e);
        }
    }

    private static String name(String asked) {
        return asked.isEmpty() ? "echo/1" : asked.contains("/") ? asked : asked + "/1";
    }

    static GenerationUsage usage(int promptTokens, int generatedTokens) {
        return GenerationUsage.newBuilder()
                .setPromptTokens(promptTokens)
                .setGeneratedTokens(generatedTokens)
                .setEncodedContents(1)
                .setQueueTime(com.google.protobuf.Duration.newBuilder().setNanos(2_000_000))
                .setGenerationTime(com.google.protobuf.Duration.newBuilder().setSeconds(1))
                .build();
    }

    /** One stream; it sends when the client reads, and as the pace allows. */
    private final class Stream extends Thread {

        private final ServerCallStreamObserver<GenerateResponse> observer;
        private final List<GenerateResponse> responses;
        private final int cutAfter;
        private int next;
        private boolean over;

        Stream(ServerCallStreamObserver<GenerateResponse> observer, List<GenerateResponse> responses, int cutAfter) {
            this.observer = observer;
            this.responses = responses;
            this.cutAfter = cutAfter;
            setDaemon(true);
        }

        /** Sends at the pace. */
        @Override
        public void run() {
            Semaphore permits = pace;
            while (permits != null && !over) {
                permits.acquireUninterruptibly();
                step();
            }
        }

        void send() {
            while (pace == null && observer.isReady() && !over) {
                step();
            }
        }

        private synchronized void step() {
            if (over) {
                return;
            }
            if (next == cutAfter) {
                over = true;
                observer.onError(FakeServer.unavailable());
            } else if (next == responses.size()) {
                over = true;
                if (next == 0 || responses.get(next - 1).hasFinished()) {
                    observer.onCompleted();
                }
            } else {
                GenerateResponse response = responses.get(next++);
                if (response.getSequence() != skipAt.get()) {
                    observer.onNext(response);
                    sent.incrementAndGet();
                }
            }
        }

        synchronized void cancelled() {
            over = true;
            cancelled.countDown();
        }
    }
}
