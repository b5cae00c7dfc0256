package dev.sensorium.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ClientCalls;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that has no protos learns everything from the server, by the new protocol and by the old. */
@QuarkusTest
class ReflectionTest extends ServiceTest {

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v1alpha"})
    void everyServiceIsListed(String protocol) throws Exception {
        ServerReflectionResponse response =
                ask(protocol, ServerReflectionRequest.newBuilder().setListServices("*"));

        assertThat(response.getListServicesResponse().getServiceList())
                .extracting(ServiceResponse::getName)
                .containsExactlyInAnyOrder(
                        "grpc.health.v1.Health",
                        "grpc.reflection.v1.ServerReflection",
                        "grpc.reflection.v1alpha.ServerReflection",
                        "sensorium.v1.ContentService",
                        "sensorium.v1.EmbeddingService",
                        "sensorium.v1.GenerationService",
                        "sensorium.v1.ImageService",
                        "sensorium.v1.ModelService",
                        "sensorium.v1.PolicyService");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v1alpha"})
    void aServiceIsDescribedWithAllItNeeds(String protocol) throws Exception {
        ServerReflectionResponse response = ask(
                protocol,
                ServerReflectionRequest.newBuilder().setFileContainingSymbol("sensorium.v1.EmbeddingService"));

        List<FileDescriptorProto> files = response.getFileDescriptorResponse().getFileDescriptorProtoList().stream()
                .map(ReflectionTest::parse)
                .toList();
        assertThat(files)
                .extracting(FileDescriptorProto::getName)
                .contains("sensorium/v1/embedding_service.proto", "sensorium/v1/content.proto");
        assertThat(files.stream().flatMap(file -> file.getServiceList().stream()))
                .filteredOn(service -> service.getName().equals("EmbeddingService"))
                .singleElement()
                .extracting(ServiceDescriptorProto::getMethodCount)
                .isEqualTo(3);
    }

    /** Asks by a protocol; both have the same messages, so one set of classes does. */
    private ServerReflectionResponse ask(String protocol, ServerReflectionRequest.Builder request) throws Exception {
        MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> method =
                ServerReflectionGrpc.getServerReflectionInfoMethod().toBuilder()
                        .setFullMethodName("grpc.reflection." + protocol + ".ServerReflection/ServerReflectionInfo")
                        .build();
        var call = ClientCalls.blockingBidiStreamingCall(channel, method, CallOptions.DEFAULT);
        call.write(request.build());
        call.halfClose();
        return call.read();
    }

    private static FileDescriptorProto parse(ByteString file) {
        try {
            return FileDescriptorProto.parseFrom(file);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
