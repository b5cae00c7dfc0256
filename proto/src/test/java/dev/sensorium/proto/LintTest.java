package dev.sensorium.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.FileOptions;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The protos keep the rules of buf's STANDARD and COMMENTS; and files that do not are found out. */
class LintTest {

    @Test
    void protosKeepTheRules() throws IOException {
        try (InputStream descriptors = Files.newInputStream(Path.of("target", "sensorium.binpb"))) {
            List<FileDescriptorProto> files =
                    FileDescriptorSet.parseFrom(descriptors).getFileList();
            assertThat(files)
                    .extracting(FileDescriptorProto::getName)
                    .contains("sensorium/v1/content.proto", "sensorium/v1/embedding_service.proto");
            assertThat(Lint.faults(files)).isEmpty();
        }
    }

    @Test
    void findsFaultsOfFiles() {
        FileDescriptorProto good = FileDescriptorProto.newBuilder()
                .setName("some/v1/good.proto")
                .setPackage("some.v1")
                .setSyntax("proto3")
                .build();
        FileDescriptorProto bad = good.toBuilder()
                .setName("any/v1/badName.proto")
                .setSyntax("proto2")
                .addDependency("some/v1/good.proto")
                .addPublicDependency(0)
                .setOptions(FileOptions.newBuilder().setJavaPackage("other"))
                .build();
        assertThat(Lint.faults(List.of(good))).isEmpty();
        assertThat(Lint.faults(List.of(good, bad)))
                .containsExactly(
                        "any/v1/badName.proto: folder must be that of the package",
                        "any/v1/badName.proto: file name in lower_snake_case: badName",
                        "any/v1/badName.proto: syntax must be proto3",
                        "any/v1/badName.proto: no public imports",
                        "any/v1/badName.proto: java_package and java_multiple_files must be those of the other files");
        assertThat(Lint.faults(List.of(good, good.toBuilder().setPackage("some").build())))
                .contains(
                        "some/v1/good.proto: package with a version: some",
                        "some/v1/good.proto: package must be that of the other files");
    }

    @Test
    void findsFaultsOfMessages() {
        assertThat(faultsOf(FileDescriptorProto.newBuilder()
                        .addMessageType(DescriptorProto.newBuilder()
                                .setName("bad_message")
                                .addField(FieldDescriptorProto.newBuilder().setName("badField"))
                                .addOneofDecl(OneofDescriptorProto.newBuilder().setName("Bad")))))
                .containsExactly(
                        "message in PascalCase: bad_message",
                        "must have a comment: bad_message",
                        "field in lower_snake_case: badField",
                        "must have a comment: bad_message.badField",
                        "oneof in lower_snake_case: Bad",
                        "must have a comment: bad_message.Bad");
    }

    @Test
    void findsFaultsOfEnums() {
        assertThat(faultsOf(FileDescriptorProto.newBuilder()
                        .addEnumType(EnumDescriptorProto.newBuilder()
                                .setName("ModelState")
                                .addValue(EnumValueDescriptorProto.newBuilder().setName("MODEL_STATE_none")))))
                .containsExactly(
                        "must have a comment: ModelState",
                        "enum value in UPPER_SNAKE_CASE: MODEL_STATE_none",
                        "enum value 0 must end with _UNSPECIFIED: MODEL_STATE_none",
                        "must have a comment: MODEL_STATE_none");
        assertThat(faultsOf(FileDescriptorProto.newBuilder()
                        .addEnumType(EnumDescriptorProto.newBuilder()
                                .setName("ModelState")
                                .addValue(EnumValueDescriptorProto.newBuilder()
                                        .setName("READY")
                                        .setNumber(1)))))
                .contains("first value must be 0: ModelState", "enum value must begin with MODEL_STATE_: READY");
    }

    @Test
    void findsFaultsOfServices() {
        MethodDescriptorProto.Builder method = MethodDescriptorProto.newBuilder()
                .setName("Embed")
                .setInputType(".some.v1.EmbedRequest")
                .setOutputType(".some.v1.EmbedRequest");
        assertThat(faultsOf(FileDescriptorProto.newBuilder()
                        .addService(ServiceDescriptorProto.newBuilder()
                                .setName("Embedding")
                                .addMethod(method))))
                .containsExactly(
                        "service must end with Service: Embedding",
                        "must have a comment: Embedding",
                        "must have a comment: Embedding.Embed",
                        ".some.v1.EmbedRequest must be EmbedResponse",
                        ".some.v1.EmbedRequest must be of one method only");
    }

    /** Returns the faults of a file that is good but for these parts, without its name. */
    private static List<String> faultsOf(FileDescriptorProto.Builder parts) {
        String name = "some/v1/some.proto";
        return Lint.faults(List.of(parts.setName(name)
                        .setPackage("some.v1")
                        .setSyntax("proto3")
                        .build()))
                .stream()
                .map(fault -> fault.substring(name.length() + 2))
                .toList();
    }
}
