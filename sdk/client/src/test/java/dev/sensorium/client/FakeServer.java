package dev.sensorium.client;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.sensorium.proto.v1.Capability;
import dev.sensorium.proto.v1.GetModelRequest;
import dev.sensorium.proto.v1.GetModelResponse;
import dev.sensorium.proto.v1.ListModelsRequest;
import dev.sensorium.proto.v1.ListModelsResponse;
import dev.sensorium.proto.v1.Model;
import dev.sensorium.proto.v1.ModelServiceGrpc;
import dev.sensorium.proto.v1.ModelState;
import dev.sensorium.proto.v1.Plugin;
import io.grpc.ForwardingServerCall;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.StatusProto;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A server with one model, "words", that counts words: a content's embedding is the direction in which its bytes, read
 * as text, mention "red", "blue", "circle" and "square". It fails on request.
 */
public final class FakeServer implements AutoCloseable {

    /** What the server was called with. */
    public final Queue<String> calls = new ConcurrentLinkedQueue<>();

    /** Tells that the first call has come. */
    public final CountDownLatch called = new CountDownLatch(1);

    public final FakeEmbeddings embeddings = new FakeEmbeddings();
    public final FakeGenerations generations = new FakeGenerations();
    public final FakeDrawings drawings = new FakeDrawings();
    public final FakePolicies policies = new FakePolicies();
    public final FakeUploads uploads = new FakeUploads();
    public final HealthStatusManager health = new HealthStatusManager();

    private final List<Model> more = new CopyOnWriteArrayList<>();
    private final Queue<StatusRuntimeException> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger modelsPerPage = new AtomicInteger(100);
    private final Server server;
    private final int port;

    public FakeServer() {
        this(0, InsecureServerCredentials.create());
    }

    FakeServer(int wantedPort, ServerCredentials credentials) {
        server = Grpc.newServerBuilderForPort(wantedPort, credentials)
                .addService(embeddings)
                .addService(generations)
                .addService(drawings)
                .addService(policies)
                .addService(uploads)
                .addService(new Models())
                .addService(health.getHealthService())
                .intercept(new Recorder())
                .maxInboundMessageSize(64 << 20)
                .build();
        health.setStatus("", ServingStatus.SERVING);
        try {
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.port = server.getPort();
    }

    public int port() {
        return port;
    }

    public String target() {
        return "localhost:" + port();
    }

    /** Lets the next calls fail, one with each failure, before their requests are looked at. */
    public void failNext(StatusRuntimeException... next) {
        failures.addAll(List.of(next));
    }

    /** Lists one more model, which can be asked to generate for these tasks. */
    public void generator(String name, GenerationTask... tasks) {
        more.add(Model.newBuilder()
                .setName(name)
                .setVersion("1")
                .setFamily("fake")
                .setState(ModelState.MODEL_STATE_READY)
                .addCapabilities(Capability.CAPABILITY_MATCH)
                .addCapabilities(Capability.CAPABILITY_GENERATE)
                .addGenerationTasks(dev.sensorium.proto.v1.GenerationTask.GENERATION_TASK_GENERATE)
                .addAllGenerationTasks(Stream.of(tasks)
                        .map(task -> dev.sensorium.proto.v1.GenerationTask.valueOf("GENERATION_TASK_" + task))
                        .toList())
                .addMatchHeads("itm")
                .addMatchHeads("itc")
                .build());
    }

    void modelsPerPage(int count) {
        modelsPerPage.set(count);
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public static StatusRuntimeException unavailable() {
        return Status.UNAVAILABLE.withDescription("going down").asRuntimeException();
    }

    /** Returns a failure with all details that a server can give. */
    public static StatusRuntimeException rich(
            Status.Code code, String reason, String message, String field, String violation, long retrySeconds) {
        var status = com.google.rpc.Status.newBuilder()
                .setCode(code.value())
                .setMessage(message)
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setReason(reason)
                        .setDomain("sensorium.dev")
                        .putMetadata("model", "words/1")
                        .build()));
        if (!field.isEmpty()) {
            status.addDetails(Any.pack(BadRequest.newBuilder()
                    .addFieldViolations(BadRequest.FieldViolation.newBuilder()
                            .setField(field)
                            .setDescription(violation))
                    .build()));
        }
        if (retrySeconds > 0) {
            status.addDetails(Any.pack(RetryInfo.newBuilder()
                    .setRetryDelay(com.google.protobuf.Duration.newBuilder().setSeconds(retrySeconds))
                    .build()));
        }
        return StatusProto.toStatusRuntimeException(status.build());
    }

    static Model words() {
        return Model.newBuilder()
                .setName("words")
                .setVersion("1")
                .setFamily("fake")
                .setState(ModelState.MODEL_STATE_READY)
                .addCapabilities(Capability.CAPABILITY_EMBED)
                .addCapabilities(Capability.CAPABILITY_MATCH)
                .addModalities(dev.sensorium.proto.v1.Modality.MODALITY_TEXT)
                .addModalities(dev.sensorium.proto.v1.Modality.MODALITY_IMAGE)
                .setDimensions(FakeEmbeddings.WORDS.size())
                .setDevice("cpu:0")
                .setCheckpointSha256("ab".repeat(32))
                .setParity("counts words exactly")
                .setArchitecture("WordCounter")
                .setParameterCount(4)
                .setDtype("float32")
                .putLimits("text_tokens", 77)
                .setEstimatedBytes(16)
                .setReadyTime(com.google.protobuf.Timestamp.newBuilder().setSeconds(1_700_000_000))
                .build();
    }

    private static Model torn() {
        return Model.newBuilder()
                .setName("torn")
                .setVersion("2")
                .setFamily("clip")
                .setState(ModelState.MODEL_STATE_FAILED)
                .setFailure("model.safetensors: 12 bytes (expected: >= 4096)")
                .build();
    }

    private final class Models extends ModelServiceGrpc.ModelServiceImplBase {

        @Override
        public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> responses) {
            List<Model> models = new ArrayList<>(List.of(torn(), words()));
            models.addAll(more);
            int from = request.getPageToken().isEmpty() ? 0 : Integer.parseInt(request.getPageToken());
            int to = Math.min(models.size(), from + modelsPerPage.get());
            var page = ListModelsResponse.newBuilder().addAllModels(models.subList(from, to));
            if (to < models.size()) {
                page.setNextPageToken("" + to);
            }
            if (from == 0) {
                page.addPlugins(Plugin.newBuilder().setName("fake").addFamilies("fake"));
                page.addPlugins(Plugin.newBuilder().setName("odd").setFailure("no provider (expected: one at least)"));
            }
            responses.onNext(page.build());
            responses.onCompleted();
        }

        @Override
        public void getModel(GetModelRequest request, StreamObserver<GetModelResponse> responses) {
            List<Model> models = new ArrayList<>(List.of(words()));
            models.addAll(more);
            for (Model model : models) {
                if (request.getModel().equals(model.getName())
                        || request.getModel().equals(model.getName() + "/" + model.getVersion())) {
                    responses.onNext(
                            GetModelResponse.newBuilder().setModel(model).build());
                    responses.onCompleted();
                    return;
                }
            }
            responses.onError(FakeEmbeddings.unknownModel(request.getModel()));
        }
    }

    /** Notes every call, and fails those that are to fail. */
    private final class Recorder implements ServerInterceptor {

        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            calls.add(String.valueOf(call.getMethodDescriptor().getBareMethodName()));
            called.countDown();
            StatusRuntimeException failure = failures.poll();
            if (failure != null) {
                Metadata trailers = failure.getTrailers();
                call.close(failure.getStatus(), trailers == null ? new Metadata() : trailers);
                return new ServerCall.Listener<>() {};
            }
            return next.startCall(new ForwardingServerCall.SimpleForwardingServerCall<>(call) {}, headers);
        }
    }
}
