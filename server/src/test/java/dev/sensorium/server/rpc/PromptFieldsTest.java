package dev.sensorium.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.server.ServiceException;
import dev.sensorium.server.ServiceException.FieldViolation;
import dev.sensorium.server.rpc.PromptFields.Place;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a generator refuses in its words is told in those of the wire. */
class PromptFieldsTest {

    private final PromptFields fields = new PromptFields(
            List.of(
                    new Place("turns[0].contents[0]", "turns[0].contents[0].text"),
                    new Place("turns[1].contents[0]", "turns[1].contents[0].image.data")),
            "turns");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "contents[1]: 3 bytes (expected: a picture)      | turns[1].contents[0].image.data | 3 bytes (expected: a picture)",
                "contents[7]: 3 bytes (expected: a picture)      | turns                           | 3 bytes (expected: a picture)",
                "continuations[2]: empty (expected: text)        | continuations[2]                | empty (expected: text)",
                "max_tokens: 600 (expected: <= 509)              | decoding.max_tokens             | 600 (expected: <= 509)",
                "temperature: 0 (expected: > 0)                  | decoding.sample.temperature     | 0 (expected: > 0)",
                "beams.count: 17 (expected: 2 to 16)             | decoding.beams.count            | 17 (expected: 2 to 16)",
                "bad_words[3]: empty (expected: text)            | decoding.bad_words[3]           | empty (expected: text)",
                "prefix: 91 tokens (expected: <= 77)             | prefix                          | 91 tokens (expected: <= 77)",
                "turns[1].role: USER (expected: MODEL)           | turns[1].role                   | USER (expected: MODEL)",
                "prompt: 91 tokens (expected: <= 77)             | turns                           | prompt: 91 tokens (expected: <= 77)",
            })
    void aPartOfThePromptIsNamed(String message, String field, String description) {
        ServiceException refusal =
                fields.refusal(new CompletionException(new ModelException(Reason.TOO_LONG, message)));

        assertThat(refusal.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refusal.reason()).isEqualTo("TOO_LONG");
        assertThat(refusal.violations()).containsExactly(new FieldViolation(field, description));
    }

    @Test
    void whatIsNotTheInputsFaultNamesNoField() {
        ServiceException full = fields.refusal(new ModelException(Reason.CAPACITY, "slots: 0 (expected: 1)"));
        assertThat(full.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(full.message()).isEqualTo("slots: 0 (expected: 1)");
        assertThat(full.violations()).isEmpty();

        ServiceException bug = fields.refusal(new IllegalStateException("contents[0]: oops"));
        assertThat(bug.code()).isEqualTo(Status.Code.INTERNAL);
        assertThat(bug.message()).startsWith("internal error, id ");
    }
}
