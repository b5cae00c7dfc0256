package dev.sensorium.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.server.ServiceException;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import io.grpc.Status;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a policy refuses is told by the field of the request that it means. */
class PolicyFieldsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "observation.values[\"a.b-c\"][3] | observation.values[\"a.b-c\"][3]",
                "observation.reward | observation.reward",
                "instruction | task.instruction",
                "observation_spaces[\"eye\"] | task.observation_spaces[\"eye\"]",
                "demonstration | task.demonstration",
                "demonstration[4].action.values[\"push\"] | task.demonstration[4].action.values[\"push\"]",
                "action_spaces | task.action_spaces"
            })
    void aPartIsNamed(String part, String field) {
        ModelException refused = new ModelException(Reason.INVALID_INPUT, "600 (expected: <= 512)").at(part);
        ServiceException refusal = PolicyFields.refusal(new CompletionException(refused));
        assertThat(refusal.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refusal.violations())
                .containsExactly(new ServiceException.FieldViolation(field, "600 (expected: <= 512)"));
    }

    @Test
    void whatIsNoPartThatTheCallerKnowsIsTheTask() {
        ModelException tokens = new ModelException(Reason.TOO_LONG, "600 (expected: <= 512)").at("tokens");
        ModelException words = new ModelException(Reason.INVALID_INPUT, "instruction: the word is not known");

        assertThat(PolicyFields.refusal(tokens).violations())
                .containsExactly(new ServiceException.FieldViolation("task", "tokens: 600 (expected: <= 512)"));
        assertThat(PolicyFields.refusal(words).violations())
                .containsExactly(new ServiceException.FieldViolation("task", "instruction: the word is not known"));
    }

    @Test
    void otherFailuresHaveNoField() {
        ServiceException failure = PolicyFields.refusal(new ModelException(Reason.CAPACITY, "slots: none"));
        assertThat(failure.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(failure.violations()).isEmpty();
    }
}
