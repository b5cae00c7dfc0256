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
                "contents[1]      | turns[1].contents[0].image.data",
                "contents[7]      | turns",
                "continuations[2] | continuations[2]",
                "max_tokens       | decoding.max_tokens",
                "temperature      | decoding.sample.temperature",
                "beams.count      | decoding.beams.count",
                "bad_words[3]     | decoding.bad_words[3]",
                "prefix           | prefix",
                "turns[1].role    | turns[1].role",
                "contents         | turns",
                "turns            | turns",
            })
    void aPartOfThePromptIsNamed(String part, String field) {
        ModelException refused = new ModelException(Reason.TOO_LONG, "91 tokens (expected: <= 77)").at(part);
        ServiceException refusal = fields.refusal(new CompletionException(refused));

        assertThat(refusal.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refusal.reason()).isEqualTo("TOO_LONG");
        assertThat(refusal.violations()).containsExactly(new FieldViolation(field, "91 tokens (expected: <= 77)"));
    }

    @Test
    void whatIsNoPartThatTheCallerKnowsIsTheWhole() {
        ModelException tokens = new ModelException(Reason.TOO_LONG, "91 (expected: <= 77)").at("tokens");
        ModelException words = new ModelException(Reason.INVALID_INPUT, "max_tokens: the word is not known");

        assertThat(fields.refusal(tokens).violations())
                .containsExactly(new FieldViolation("turns", "tokens: 91 (expected: <= 77)"));
        assertThat(fields.refusal(words).violations())
                .containsExactly(new FieldViolation("turns", "max_tokens: the word is not known"));
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
