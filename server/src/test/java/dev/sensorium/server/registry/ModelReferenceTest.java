package dev.sensorium.server.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.server.ServiceException;
import dev.sensorium.spi.Embedder;
import dev.sensorium.spi.Generator;
import dev.sensorium.spi.Matcher;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Prompt.Role;
import dev.sensorium.spi.Prompt.Turn;
import dev.sensorium.spi.Text;
import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which model a call gets by the reference that it brings. */
class ModelReferenceTest extends RegistryTest {

    @Test
    void anEmptyReferenceMeansTheOnlyCapableModel() throws Exception {
        echo("a-embedder", ", \"embed_only\": true");
        echo("b-all", "");
        ModelRegistry registry = loaded();

        try (Lease lease = registry.lease("", Matcher.class)) {
            assertThat(lease.served().id().name()).isEqualTo("b-all");
        }
        assertThat(refusal(registry, "", Embedder.class))
                .returns(Status.Code.INVALID_ARGUMENT, ServiceException::code)
                .returns("MODEL_REQUIRED", ServiceException::reason)
                .returns("model: empty (expected: one of a-embedder, b-all)", ServiceException::message)
                .extracting(failure -> failure.violations().get(0).field())
                .isEqualTo("model");
    }

    @Test
    void anEmptyReferenceMeansTheFirstDefaultThatWillDo() throws Exception {
        settings.put("sensorium.default-models", "no-such-model,a-embedder,c-all");
        echo("a-embedder", ", \"embed_only\": true");
        echo("b-all", "");
        echo("c-all", "");
        ModelRegistry registry = loaded();

        try (Lease embedder = registry.lease("", Embedder.class);
                Lease matcher = registry.lease("", Matcher.class)) {
            assertThat(embedder.served().id().name()).isEqualTo("a-embedder");
            assertThat(matcher.served().id().name()).isEqualTo("c-all");
        }
    }

    @Test
    void anEmptyReferenceMeansTheOnlyModelThatWasMadeForTheTask() throws Exception {
        echo("a-caption", ", \"tasks\": \"GENERATE CAPTION\"");
        echo("b-answer", ", \"tasks\": \"GENERATE ANSWER\"");
        ModelRegistry registry = loaded();

        try (Lease lease = registry.lease("", Need.of(Prompt.Task.ANSWER))) {
            assertThat(lease.served().id().name()).isEqualTo("b-answer");
        }
        assertThat(refusal(registry, "", Need.of(Generator.class)))
                .returns("MODEL_REQUIRED", ServiceException::reason)
                .returns("model: empty (expected: one of a-caption, b-answer)", ServiceException::message);
        assertThat(refusal(registry, "a-caption", Need.of(Prompt.Task.ANSWER)))
                .returns(Status.Code.FAILED_PRECONDITION, ServiceException::code)
                .returns("UNSUPPORTED_TASK", ServiceException::reason)
                .returns("model a-caption/1: cannot answer (it can: generate, caption)", ServiceException::message);
    }

    @Test
    void anEmptyReferenceMeansTheOnlyModelThatTakesThePrompt() throws Exception {
        echo("a-answer", ", \"tasks\": \"GENERATE ANSWER\"");
        echo("b-all", "");
        ModelRegistry registry = loaded();

        Turn asked = new Turn(Role.USER, List.of(new Text("and this?")));
        Turn told = new Turn(Role.MODEL, List.of(new Text("that")));
        try (Lease lease =
                registry.lease("", Need.of(new Prompt(Prompt.Task.ANSWER, List.of(asked, told, asked), "")))) {
            assertThat(lease.served().id().name()).isEqualTo("b-all");
        }
        assertThat(refusal(registry, "", Need.of(new Prompt(Prompt.Task.ANSWER, List.of(asked), ""))))
                .returns("model: empty (expected: one of a-answer, b-all)", ServiceException::message);
    }

    @Test
    void aTaskThatNoModelWasMadeForIsNotGuessed() throws Exception {
        echo("a", ", \"tasks\": \"GENERATE\"");
        echo("b", ", \"tasks\": \"GENERATE\"");

        assertThat(refusal(loaded(), "", Need.of(Prompt.Task.CAPTION)))
                .returns("MODEL_REQUIRED", ServiceException::reason)
                .returns("model: empty (expected: none here can caption)", ServiceException::message);
    }

    @Test
    void anUnknownModelIsAnsweredByTheKnownOnes() throws Exception {
        echo("a", "");
        echo("b", "");
        ModelRegistry registry = loaded();

        for (String reference : List.of("c", "a/2", "a/1/1", "../a", "c".repeat(1_000))) {
            assertThat(refusal(registry, reference, Embedder.class))
                    .returns(Status.Code.NOT_FOUND, ServiceException::code)
                    .returns("MODEL_NOT_FOUND", ServiceException::reason)
                    .satisfies(failure -> assertThat(failure.message())
                            .endsWith("(expected: one of a, b)")
                            .hasSizeLessThan(300));
        }
    }

    @Test
    void aModelWithoutTheCapabilityIsNotLeased() throws Exception {
        echo("embedder", ", \"embed_only\": true");
        ModelRegistry registry = loaded();

        for (String reference : List.of("embedder", "")) {
            assertThat(refusal(registry, reference, Matcher.class))
                    .returns(Status.Code.FAILED_PRECONDITION, ServiceException::code)
                    .returns("UNSUPPORTED_CAPABILITY", ServiceException::reason)
                    .returns("model embedder/1: not Matcher (it is: Embedder)", ServiceException::message);
        }
    }

    @Test
    void aFailedModelSaysWhy() throws Exception {
        echo("nan", ", \"nan\": true");

        assertThat(refusal(loaded(), "nan", Embedder.class))
                .returns(Status.Code.FAILED_PRECONDITION, ServiceException::code)
                .returns("MODEL_FAILED", ServiceException::reason)
                .satisfies(failure -> assertThat(failure.message())
                        .startsWith("model nan/1 failed to load: warm-up with TEXT: embedding: NaN"));
    }

    @Test
    void aNameMeansItsNewestVersionThatIsReady() throws Exception {
        echo("echo/1", "");
        echo("echo/9", "");
        echo("echo/10", ", \"nan\": true");
        ModelRegistry registry = loaded();

        try (Lease lease = registry.lease("echo", Embedder.class)) {
            assertThat(lease.served().id().version()).isEqualTo("9");
        }
        assertThat(refusal(registry, "echo/10", Embedder.class).reason()).isEqualTo("MODEL_FAILED");
        assertThat(registry.models()).extracting(model -> model.key().version()).containsExactly("10", "9", "1");
    }
}
