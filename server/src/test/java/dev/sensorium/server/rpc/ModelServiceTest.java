package dev.sensorium.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.proto.v1.Capability;
import dev.sensorium.proto.v1.GenerationTask;
import dev.sensorium.proto.v1.GetModelRequest;
import dev.sensorium.proto.v1.ListModelsRequest;
import dev.sensorium.proto.v1.ListModelsResponse;
import dev.sensorium.proto.v1.Modality;
import dev.sensorium.proto.v1.Model;
import dev.sensorium.proto.v1.ModelServiceGrpc;
import dev.sensorium.proto.v1.ModelServiceGrpc.ModelServiceBlockingStub;
import dev.sensorium.proto.v1.ModelState;
import dev.sensorium.proto.v1.Plugin;
import io.grpc.Status;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models and plugins as a client sees them. */
@QuarkusTest
class ModelServiceTest extends ServiceTest {

    @Test
    void aReadyModelTellsEverything() {
        Model model = get("echo");

        assertThat(model.getReadyTime().getSeconds())
                .isBetween(Instant.now().getEpochSecond() - 3600, Instant.now().getEpochSecond());
        assertThat(model.getCheckpointSha256()).matches("[0-9a-f]{64}");
        assertThat(model.toBuilder().clearReadyTime().clearCheckpointSha256().build())
                .isEqualTo(Model.newBuilder()
                        .setName("echo")
                        .setVersion("1")
                        .setFamily("echo")
                        .setState(ModelState.MODEL_STATE_READY)
                        .addCapabilities(Capability.CAPABILITY_EMBED)
                        .addCapabilities(Capability.CAPABILITY_MATCH)
                        .addCapabilities(Capability.CAPABILITY_GENERATE)
                        .addCapabilities(Capability.CAPABILITY_GENERATE_IMAGE)
                        .addCapabilities(Capability.CAPABILITY_ACT)
                        .addModalities(Modality.MODALITY_TEXT)
                        .addModalities(Modality.MODALITY_IMAGE)
                        .addModalities(Modality.MODALITY_VIDEO)
                        .setDimensions(8)
                        .setDevice("cpu:0")
                        .setParity("its own reference, exactly")
                        .setArchitecture("Echo")
                        .setParameterCount(8)
                        .setDtype("float32")
                        .putLimits("text_characters", 77)
                        .setEstimatedBytes(1 << 20)
                        .addGenerationTasks(GenerationTask.GENERATION_TASK_GENERATE)
                        .addGenerationTasks(GenerationTask.GENERATION_TASK_CAPTION)
                        .addGenerationTasks(GenerationTask.GENERATION_TASK_ANSWER)
                        .build());
    }

    @Test
    void aModelTellsWhatItCanBeAskedToGenerate() {
        assertThat(get("gabby").getGenerationTasksList())
                .containsExactly(GenerationTask.GENERATION_TASK_GENERATE, GenerationTask.GENERATION_TASK_CAPTION);
        assertThat(get("embedder").getGenerationTasksList()).isEmpty();
        assertThat(get("echo").getMatchHeadsList()).isEmpty();
    }

    @Test
    void aFailedModelTellsWhy() {
        assertThat(get("nan/1"))
                .isEqualTo(Model.newBuilder()
                        .setName("nan")
                        .setVersion("1")
                        .setFamily("echo")
                        .setState(ModelState.MODEL_STATE_FAILED)
                        .setFailure("warm-up with TEXT: embedding: NaN (expected: finite numbers)")
                        .build());
    }

    @Test
    void anUnknownModelIsNotFound() {
        Failure failure = Failure.of(() -> get("nobody"));

        assertThat(failure.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(failure.reason()).isEqualTo("MODEL_NOT_FOUND");
        assertThat(failure.info().getMetadataMap()).containsEntry("model", "nobody");
        assertThat(failure.message()).startsWith("model: \"nobody\" (expected: one of easel, echo, embedder, ");
    }

    @Test
    void pagesMakeUpTheWholeList() {
        List<Model> all = list(0, "").getModelsList();
        List<Model> paged = new ArrayList<>();
        String token = "";
        do {
            ListModelsResponse page = list(2, token);
            assertThat(page.getPluginsList().isEmpty()).isNotEqualTo(token.isEmpty());
            assertThat(page.getModelsCount()).isBetween(1, 2);
            paged.addAll(page.getModelsList());
            token = page.getNextPageToken();
        } while (!token.isEmpty());

        assertThat(all)
                .extracting(Model::getName)
                .contains("echo", "embedder", "nan")
                .isSorted();
        assertThat(paged).isEqualTo(all);
    }

    @Test
    void aPageAsLargeAsTheListIsTheLast() {
        int models = list(0, "").getModelsCount();

        assertThat(list(models, "").getNextPageToken()).isEmpty();
        assertThat(list(Integer.MAX_VALUE, "").getModelsCount()).isEqualTo(models);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "bm9zbGFzaA", "\u0000"})
    void aTokenOfAnotherServerIsRefused(String token) {
        Failure.of(() -> list(0, token)).assertInvalid("INVALID_ARGUMENT", "page_token");
    }

    @Test
    void aNegativePageIsRefused() {
        Failure.of(() -> list(-1, "")).assertInvalid("INVALID_ARGUMENT", "page_size");
    }

    @Test
    void pluginsAreListedWithWhatIsWrongWithThem() {
        assertThat(list(0, "").getPluginsList())
                .extracting(Plugin::getName, Plugin::getFamiliesList, plugin -> plugin.getFailure()
                        .isEmpty())
                .contains(
                        org.assertj.core.groups.Tuple.tuple("echo", List.of("echo"), true),
                        org.assertj.core.groups.Tuple.tuple("second-echo", List.of(), false),
                        org.assertj.core.groups.Tuple.tuple("broken", List.of(), false));
    }

    private Model get(String model) {
        return models().getModel(GetModelRequest.newBuilder().setModel(model).build())
                .getModel();
    }

    private ListModelsResponse list(int size, String token) {
        return models().listModels(ListModelsRequest.newBuilder()
                .setPageSize(size)
                .setPageToken(token)
                .build());
    }

    private ModelServiceBlockingStub models() {
        return ModelServiceGrpc.newBlockingStub(channel);
    }
}
