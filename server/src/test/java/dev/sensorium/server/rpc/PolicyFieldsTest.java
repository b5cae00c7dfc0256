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
                "observation.values[\"a.b-c\"][3]: NaN (expected: finite) | observation.values[\"a.b-c\"][3]",
                "observation.reward: NaN (expected: finite) | observation.reward",
                "instruction: 600 tokens (expected: <= 512) | task.instruction",
                "observation_spaces[\"eye\"]: images (expected: numbers) | task.observation_spaces[\"eye\"]",
                "demonstration: 600 tokens (expected: <= 512) | task.demonstration",
                "demonstration[4].action.values[\"push\"]: 2.0 (expected: 0) | task.demonstration[4].action.values[\"push\"]",
                "action_spaces: 0 parts (expected: 1 to 256) | task.action_spaces",
                "tokens: 600 (expected: <= 512) | task",
                "observation.values[\"a\"b\"]: unknown | task",
                "no words before a colon | task"
            })
    void refusals(String message, String field) {
        ServiceException refusal =
                PolicyFields.refusal(new CompletionException(new ModelException(Reason.INVALID_INPUT, message)));
        assertThat(refusal.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refusal.violations())
                .extracting(ServiceException.FieldViolation::field)
                .containsExactly(field);
    }

    @Test
    void otherFailuresHaveNoField() {
        ServiceException failure = PolicyFields.refusal(new ModelException(Reason.CAPACITY, "slots: none"));
        assertThat(failure.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(failure.violations()).isEmpty();
    }
}
