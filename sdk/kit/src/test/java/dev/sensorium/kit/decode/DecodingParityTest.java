package dev.sensorium.kit.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sensorium.kit.decode.DecodingGoldens.Case;
import dev.sensorium.spi.Generator.FinishReason;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tokens of greedy decoding, guidance and beams under all rules are those of transformers' {@code generate}. */
final class DecodingParityTest {

    private static final float[][] LAST = DecodingGoldens.matrix("tables.safetensors", "last");
    private static final float[][] BEFORE = DecodingGoldens.matrix("tables.safetensors", "before");

    static List<Case> decodings() {
        return DecodingGoldens.decodings();
    }

    @ParameterizedTest
    @MethodSource("decodings")
    void choosesTheTokensOfTheReference(Case golden) {
        Search search = Searches.of(golden.decoding(), golden.vocabulary(), golden.prompt());
        Play play = golden.guidance() == 1
                ? Play.of(search, row -> logits(row, golden), golden.prompt())
                : Play.of(
                        Searches.guided(search, golden.guidance()),
                        row -> logits(row, golden),
                        golden.prompt(),
                        golden.negative());
        assertThat(play.tokens()).isEqualTo(golden.tokens());
        int last = golden.tokens().get(golden.tokens().size() - 1);
        assertThat(play.end).isEqualTo(golden.ends().contains(last) ? FinishReason.STOP : FinishReason.LENGTH);
        if (search instanceof BeamSearch beams) {
            float score = Objects.requireNonNull(golden.score());
            assertThat(beams.score()).isCloseTo(score, within(1e-6f * (1 + Math.abs(score))));
        }
    }

    @Test
    void theGoldensHaveAllKinds() {
        List<Predicate<Case>> kinds = List.of(
                golden -> golden.beams() > 1 && golden.earlyStopping(),
                golden -> golden.beams() > 1 && golden.ends().size() > 1,
                golden -> golden.beams() > 1 && golden.lengthPenalty() < 0,
                golden -> golden.beams() > 1 && golden.badWords().length > 0 && golden.noRepeatNgram() > 0,
                golden -> golden.beams() > 1 && golden.repetitionPenalty() != 1 && golden.min() > 0,
                golden -> golden.beams() > 1 && golden.tokens().size() < golden.max(),
                golden -> golden.beams() == 1 && golden.allowed().length > 0,
                golden -> golden.guidance() != 1,
                golden -> !golden.never().isEmpty());
        for (Predicate<Case> kind : kinds) {
            assertThat(decodings().stream().filter(kind)).hasSizeGreaterThan(15);
        }
    }

    /** The model of the goldens, in the order of its additions. */
    private static float[] logits(int[] row, Case golden) {
        int position = row.length - 1;
        float[] logits = LAST[row[position]].clone();
        for (int i = 0; position > 0 && i < logits.length; i++) {
            logits[i] += BEFORE[row[position - 1]][i];
        }
        for (int end : golden.ends()) {
            logits[end] += golden.bias() + golden.slope() * position;
        }
        return logits;
    }
}
