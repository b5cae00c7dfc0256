package dev.sensorium.server.rpc;

import static dev.sensorium.server.rpc.Requests.PNG;
import static dev.sensorium.server.rpc.Requests.image;
import static dev.sensorium.server.rpc.Requests.match;
import static dev.sensorium.server.rpc.Requests.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sensorium.proto.v1.Content;
import dev.sensorium.proto.v1.GetModelRequest;
import dev.sensorium.proto.v1.Match;
import dev.sensorium.proto.v1.MatchRequest;
import dev.sensorium.proto.v1.MatchResponse;
import dev.sensorium.proto.v1.ModelServiceGrpc;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** A model with several ways of scoring is asked for one of them. */
@QuarkusTest
class MatchHeadsTest extends ServiceTest {

    @Test
    void theFirstIsTheDefault() {
        for (String head : new String[] {"", "sum"}) {
            Match match = ask(head, text("1234")).getMatches(0);
            assertThat(match.getScoresList()).containsExactly(6f, 10f);
            assertThat(match.getProbabilities(0)).isCloseTo(0.997527f, within(1e-6f));
        }
    }

    @Test
    void aDualEncodersHeadScoresTheModelsEmbeddingsThroughTheCache() {
        MatchResponse first = ask("product", text("by the cache"));
        assertThat(first.getMatches(0).getScoresList()).containsExactly(24f, 72f);
        assertThat(first.getMatches(0).getProbabilitiesCount()).isZero();
        assertThat(first.getStats().getEmbeddingCount()).isEqualTo(3);
        assertThat(ask("product", text("by the cache")).getStats().getCacheHitCount())
                .isEqualTo(3);
    }

    @Test
    void aHeadTakesWhatItTakes() {
        assertThat(ask("first", image(PNG)).getMatches(0).getProbabilities(0)).isCloseTo(0.731059f, within(1e-6f));
        Failure.of(() -> ask("first", text("a"))).assertInvalid("UNSUPPORTED_MODALITY", "contents[0]");
    }

    @Test
    void anUnknownHeadIsAnsweredByTheKnownOnes() {
        Failure several = Failure.of(() -> ask("tail", text("a")));
        several.assertInvalid("INVALID_REQUEST", "head");
        assertThat(several.message()).isEqualTo("head: \"tail\" (expected: first or product or sum)");

        MatchRequest request =
                match("echo", text("a"), "b").toBuilder().setHead("tail").build();
        Failure none = Failure.of(() -> embeddings().match(request));
        none.assertInvalid("INVALID_REQUEST", "head");
        assertThat(none.message()).isEqualTo("head: \"tail\" (expected: none, as the model has one way only)");
    }

    @Test
    void theModelTellsItsHeadsTheDefaultFirst() {
        assertThat(ModelServiceGrpc.newBlockingStub(channel)
                        .getModel(GetModelRequest.newBuilder().setModel("heads").build())
                        .getModel()
                        .getMatchHeadsList())
                .containsExactly("sum", "first", "product");
    }

    private MatchResponse ask(String head, Content content) {
        return embeddings()
                .match(match("heads", content, "12", "123456").toBuilder()
                        .setHead(head)
                        .build());
    }
}
