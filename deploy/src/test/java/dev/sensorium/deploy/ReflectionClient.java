package dev.sensorium.deploy;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.util.JsonFormat;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** A stock client: it learns the services from the server's reflection, and speaks JSON, as grpcurl does. */
final class ReflectionClient {

    private final ManagedChannel channel;
    private final Map<String, FileDescriptor> files = new HashMap<>();

    ReflectionClient(ManagedChannel channel) {
        this.channel = channel;
    }

    /** Returns the names of the server's services. */
    List<String> services() {
        return ask(ServerReflectionRequest.newBuilder().setListServices("").build())
                .getListServicesResponse()
                .getServiceList()
                .stream()
                .map(service -> service.getName())
                .toList();
    }

    /** Calls a unary method with a JSON request and returns the response as JSON. */
    String call(String service, String method, String request) throws Exception {
        MethodDescriptor descriptor = fileOf(service)
                .findServiceByName(service.substring(service.lastIndexOf('.') + 1))
                .findMethodByName(method);
        var message = DynamicMessage.newBuilder(descriptor.getInputType());
        JsonFormat.parser().merge(request, message);
        var grpcMethod = io.grpc.MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
                .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(service + "/" + method)
                .setRequestMarshaller(
                        ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(descriptor.getInputType())))
                .setResponseMarshaller(
                        ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(descriptor.getOutputType())))
                .build();
        return JsonFormat.printer()
                .print(ClientCalls.blockingUnaryCall(channel, grpcMethod, CallOptions.DEFAULT, message.build()));
    }

    private FileDescriptor fileOf(String service) throws Exception {
        Map<String, FileDescriptorProto> protos = new HashMap<>();
        var answer = ask(ServerReflectionRequest.newBuilder()
                .setFileContainingSymbol(service)
                .build());
        String first = collect(answer, protos).get(0).getName();
        return build(first, protos);
    }

    private FileDescriptor build(String name, Map<String, FileDescriptorProto> protos) throws Exception {
        FileDescriptor known = files.get(name);
        if (known != null) {
            return known;
        }
        if (!protos.containsKey(name)) {
            collect(
                    ask(ServerReflectionRequest.newBuilder()
                            .setFileByFilename(name)
                            .build()),
                    protos);
        }
        FileDescriptorProto proto = Objects.requireNonNull(protos.get(name), name);
        List<FileDescriptor> dependencies = new ArrayList<>();
        for (String dependency : proto.getDependencyList()) {
            dependencies.add(build(dependency, protos));
        }
        FileDescriptor file = FileDescriptor.buildFrom(proto, dependencies.toArray(FileDescriptor[]::new));
        files.put(name, file);
        return file;
    }

    private static List<FileDescriptorProto> collect(
            ServerReflectionResponse answer, Map<String, FileDescriptorProto> protos) throws Exception {
        List<FileDescriptorProto> collected = new ArrayList<>();
        for (ByteString bytes : answer.getFileDescriptorResponse().getFileDescriptorProtoList()) {
            FileDescriptorProto proto = FileDescriptorProto.parseFrom(bytes);
            protos.put(proto.getName(), proto);
            collected.add(proto);
        }
        return collected;
    }

    private ServerReflectionResponse ask(ServerReflectionRequest request) {
        var answer = new CompletableFuture<ServerReflectionResponse>();
        var requests = ServerReflectionGrpc.newStub(channel).serverReflectionInfo(new StreamObserver<>() {
            @Override
            public void onNext(ServerReflectionResponse response) {
                answer.complete(response);
            }

            @Override
            public void onError(Throwable error) {
                answer.completeExceptionally(error);
            }

            @Override
            public void onCompleted() {
                answer.completeExceptionally(new IllegalStateException("reflection ended without an answer"));
            }
        });
        requests.onNext(request);
        ServerReflectionResponse response = answer.join();
        requests.onCompleted();
        return response;
    }
}
