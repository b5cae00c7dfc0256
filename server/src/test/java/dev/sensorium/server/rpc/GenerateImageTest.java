package dev.sensorium.server.rpc;

import static dev.sensorium.server.rpc.ImageReader.draw;
import static dev.sensorium.server.rpc.ImageReader.pictures;
import static dev.sensorium.server.rpc.Requests.image;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import dev.sensorium.proto.v1.DrawingOptions;
import dev.sensorium.proto.v1.DrawingProgress;
import dev.sensorium.proto.v1.DrawingUsage;
import dev.sensorium.proto.v1.GenerateImageRequest;
import dev.sensorium.proto.v1.GenerateImageResponse;
import dev.sensorium.proto.v1.GetModelRequest;
import dev.sensorium.proto.v1.ImageServiceGrpc;
import dev.sensorium.proto.v1.Model;
import dev.sensorium.proto.v1.ModelServiceGrpc;
import dev.sensorium.proto.v1.Picture;
import dev.sensorium.proto.v1.PicturePreview;
import io.grpc.Status;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** What is drawn, as a client gets it. */
@QuarkusTest
class GenerateImageTest extends ServiceTest {

    @Test
    void aStreamIsOneStartedThePictureAndOneFinished() throws Exception {
        List<GenerateImageResponse> responses = all(seeded(draw("echo/1", "a red circle"), 7));

        var started = responses.get(0).getStarted();
        assertThat(started.getModel()).isEqualTo("echo/1");
        assertThat(started.getSeed()).isEqualTo(7);
        assertThat(started.getPieces()).isEqualTo(8);
        assertThat(started.getPromptTokens()).isEqualTo(3);
        assertThat(started.getQueueTime().getNanos()).isPositive();
        assertThat(responses.subList(1, responses.size() - 2)).allMatch(GenerateImageResponse::hasProgress);
        Picture picture = responses.get(responses.size() - 2).getPicture();
        assertThat(ImageIO.read(new ByteArrayInputStream(picture.getData().toByteArray()))
                        .getWidth())
                .isEqualTo(8);
        assertThat(picture.getSeed()).isEqualTo(7);
        assertThat(picture.hasScore()).isFalse();
        DrawingUsage usage = responses.get(responses.size() - 1).getFinished().getUsage();
        assertThat(usage.getPromptTokens()).isEqualTo(3);
        assertThat(usage.getGeneratedTokens()).isEqualTo(8);
        assertThat(usage.getQueueTime()).isEqualTo(started.getQueueTime());
        assertThat(usage.getDrawingTime().getNanos()).isPositive();
        assertThat(usage.getRankingTime().getNanos()).isZero();
    }

    @Test
    void progressIsToldWithTheTimeLeft() throws Exception {
        ImageReader reader = ImageReader.open(channel, draw("slow", "a long time"));
        List<GenerateImageResponse> first = reader.next(5);
        reader.cancel();

        assertThat(first.get(0).hasStarted()).isTrue();
        List<DrawingProgress> progress =
                first.stream().skip(1).map(GenerateImageResponse::getProgress).toList();
        assertThat(progress.stream().map(DrawingProgress::getDone)).isSorted().doesNotHaveDuplicates();
        assertThat(progress).allSatisfy(one -> {
            assertThat(one.getTotal()).isEqualTo(8000);
            assertThat(one.getTimeLeft().getSeconds()).isBetween(100L, 2000L); // 20 ms each, on a quiet machine
        });
    }

    @Test
    void previewsAreToldOnlyIfAskedFor() throws Exception {
        assertThat(all(draw("echo", "a red circle"))).noneMatch(GenerateImageResponse::hasPreview);

        ImageReader reader =
                ImageReader.open(channel, draw("slow", "a long time").setPreviewInterval(2));
        List<PicturePreview> previews = reader.next(12).stream()
                .filter(GenerateImageResponse::hasPreview)
                .map(GenerateImageResponse::getPreview)
                .toList();
        reader.cancel();

        assertThat(previews).extracting(PicturePreview::getDone).startsWith(2, 4, 6);
        assertThat(ImageIO.read(
                        new ByteArrayInputStream(previews.get(0).getData().toByteArray())))
                .isNotNull();
    }

    @Test
    void manyPicturesHaveSeedsInARowAndAreThoseOfTheirSeeds() {
        List<GenerateImageResponse> responses =
                all(seeded(draw("echo", "many"), 7).setCount(6));
        List<Picture> pictures = pictures(responses);

        assertThat(pictures).extracting(Picture::getIndex).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
        for (Picture picture : pictures) {
            assertThat(picture.getRank()).isEqualTo(picture.getIndex());
            assertThat(picture.getSeed()).isEqualTo(7 + picture.getIndex());
            assertThat(pictures(all(seeded(draw("echo", "many"), picture.getSeed()))))
                    .singleElement()
                    .extracting(Picture::getData)
                    .isEqualTo(picture.getData());
        }
        assertThat(pictures).extracting(Picture::getData).doesNotHaveDuplicates();
        assertThat(responses.get(responses.size() - 1).getFinished().getUsage().getGeneratedTokens())
                .isEqualTo(48);
    }

    @Test
    void aSeedIsChosenAndToldIfTheRequestNamesNone() {
        List<GenerateImageResponse> responses = all(draw("echo", "any"));
        long seed = responses.get(0).getStarted().getSeed();

        assertThat(pictures(responses).get(0).getSeed()).isEqualTo(seed);
        assertThat(pictures(all(seeded(draw("echo", "any"), seed))).get(0).getData())
                .isEqualTo(pictures(responses).get(0).getData());
        assertThat(all(draw("echo", "any")).get(0).getStarted().getSeed()).isNotEqualTo(seed);
    }

    @Test
    void aDualEncoderRanksByItsScores() {
        assertRankedBy("echo");
    }

    @Test
    void aModelThatIsAskedQuestionsRanksAsWell() {
        assertRankedBy("pair");
    }

    private void assertRankedBy(String matcher) {
        List<GenerateImageResponse> responses =
                all(seeded(draw("echo", "a red circle"), 7).setCount(6).setRerankModel(matcher));
        List<Picture> pictures = pictures(responses);

        assertThat(pictures).extracting(Picture::getRank).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(pictures.stream().map(picture -> -picture.getScore())).isSorted();
        assertThat(pictures).extracting(Picture::getIndex).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
        for (Picture picture : pictures) {
            assertThat(picture.getSeed()).isEqualTo(7 + picture.getIndex());
            assertThat(embeddings()
                            .match(Requests.match(matcher, image(picture.getData()), "a red circle"))
                            .getMatches(0)
                            .getScores(0))
                    .isEqualTo(picture.getScore());
        }
        assertThat(responses
                        .get(responses.size() - 1)
                        .getFinished()
                        .getUsage()
                        .getRankingTime()
                        .getNanos())
                .isPositive();
    }

    @Test
    void whatCannotRankIsToldBeforeAnythingIsDrawn() {
        double finished = drawn("finished", "echo");

        Failure unknown = Failure.of(() -> all(draw("echo", "a").setRerankModel("nobody")));
        assertThat(unknown.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(unknown.reason()).isEqualTo("MODEL_NOT_FOUND");
        assertThat(unknown.message()).startsWith("rerank_model: model: \"nobody\" (expected: one of ");

        Failure none = Failure.of(() -> all(draw("echo", "a").setRerankModel("embedder")));
        assertThat(none.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(none.reason()).isEqualTo("UNSUPPORTED_CAPABILITY");
        assertThat(none.message()).isEqualTo("rerank_model: model embedder/1: not Matcher (it is: Embedder)");

        Failure blind = Failure.of(() -> all(draw("echo", "a").setRerankModel("heads")));
        blind.assertInvalid("UNSUPPORTED_MODALITY", "rerank_model");
        assertThat(blind.message()).isEqualTo("rerank_model: image (expected: text)");

        assertThat(drawn("finished", "echo")).isEqualTo(finished);
        await(() -> drawing("echo") == 0);
    }

    @Test
    void everythingWrongIsToldTogether() {
        GenerateImageRequest.Builder request = draw("echo", " ")
                .setCount(7)
                .setPreviewInterval(-1)
                .setDrawing(DrawingOptions.newBuilder()
                        .setGuidance(-1)
                        .setTemperature(Double.NaN)
                        .setTopK(-2));
        Failure failure = Failure.of(() -> all(request));
        failure.assertInvalid(
                "INVALID_REQUEST",
                "prompt",
                "count",
                "drawing.guidance",
                "drawing.temperature",
                "drawing.top_k",
                "preview_interval");
        Failure.of(() -> all(draw("echo", "a").setCount(0))).assertInvalid("INVALID_REQUEST", "count");
        assertThat(Failure.of(() -> all(draw("echo", "a").setCount(7))).message())
                .isEqualTo("count: 7 (expected: 1 to 6)");
    }

    @Test
    void aLongPromptIsCutOnlyIfTheRequestSaysSo() {
        GenerateImageRequest.Builder request = draw("echo", "a ".repeat(50)).setRerankModel("echo");
        Failure.of(() -> all(request)).assertInvalid("TOO_LONG", "prompt");
        await(() -> drawing("echo") == 0);
        assertThat(pictures(all(request.setTruncatePrompt(true)))).hasSize(1);
    }

    @Test
    void whoDrawsIsChosenAsElsewhere() {
        Failure.of(() -> all(draw("", "a"))).assertInvalid("MODEL_REQUIRED", "model");
        Failure capability = Failure.of(() -> all(draw("embedder", "a")));
        assertThat(capability.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(capability.reason()).isEqualTo("UNSUPPORTED_CAPABILITY");
        Failure unknown = Failure.of(() -> all(draw("nobody", "a")));
        assertThat(unknown.code()).isEqualTo(Status.Code.NOT_FOUND);

        Model model = ModelServiceGrpc.newBlockingStub(channel)
                .getModel(GetModelRequest.newBuilder().setModel("echo").build())
                .getModel();
        assertThat(model.getCapabilitiesList()).contains(dev.sensorium.proto.v1.Capability.CAPABILITY_GENERATE_IMAGE);
    }

    @Test
    void aPictureThatFailsFailsItsCallAndNoOther() {
        List<ImageReader> readers = IntStream.range(0, 3)
                .mapToObj(i -> ImageReader.open(
                        channel, draw("echo", i == 1 ? "poison" : "all is well").setCount(2)))
                .toList();
        Failure failure = readers.get(1).failure();
        assertThat(failure.code()).isEqualTo(Status.Code.INTERNAL);
        assertThat(failure.message()).matches("internal error, id [0-9a-f]{16}");
        assertThat(pictures(readers.get(0).rest())).hasSize(2);
        assertThat(pictures(readers.get(2).rest())).hasSize(2);
        await(() -> drawing("echo") == 0 && undrawn("echo") == 0);
    }

    private List<GenerateImageResponse> all(GenerateImageRequest.Builder request) {
        return ImmutableList.copyOf(ImageServiceGrpc.newBlockingStub(channel).generateImage(request.build()));
    }

    private static GenerateImageRequest.Builder seeded(GenerateImageRequest.Builder request, long seed) {
        return request.setDrawing(DrawingOptions.newBuilder().setSeed(seed));
    }
}
