package dev.sensorium.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sensorium.proto.v1.Beams;
import dev.sensorium.proto.v1.DecodingOptions;
import dev.sensorium.proto.v1.Greedy;
import dev.sensorium.proto.v1.Sample;
import dev.sensorium.server.ServiceException;
import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Decoding.Length;
import dev.sensorium.spi.Decoding.Rules;
import dev.sensorium.spi.Decoding.Stop;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a request does not name is as the model has it; what it names wins. */
class DecodingOverlayTest {

    private static final Decoding SAMPLED = new Decoding(
            new Length(5, 20),
            new Decoding.Sample(0.7, 50, 0.9, 0.1, OptionalLong.empty()),
            new Rules(1.1, 3, List.of("bad"), List.of()),
            new Stop(List.of("\n"), List.of(7)),
            0);

    private static final Decoding BEAMS = new Decoding(
            new Length(5, 20), new Decoding.Beams(3, 1, false), new Rules(1.1, 3, List.of(), List.of()), Stop.NONE, 0);

    @Test
    void nothingNamedChangesNothing() {
        assertThat(over(SAMPLED, options -> {})).isEqualTo(SAMPLED);
        assertThat(over(BEAMS, options -> {})).isEqualTo(BEAMS);
    }

    @Test
    void everythingNamedWins() {
        Decoding decoding = over(SAMPLED, options -> options.setMaxTokens(9)
                .setMinTokens(2)
                .setGreedy(Greedy.getDefaultInstance())
                .setRepetitionPenalty(1)
                .setNoRepeatNgram(0)
                .addBadWords("worse")
                .addStopTexts(".")
                .addStopTokens(1)
                .setLogProbabilities(4));

        assertThat(decoding)
                .isEqualTo(new Decoding(
                        new Length(2, 9),
                        new Decoding.Greedy(),
                        new Rules(1, 0, List.of("worse"), List.of()),
                        new Stop(List.of("."), List.of(1)),
                        4));
    }

    @Test
    void aStrategyThatIsNamedIsTheWholeStrategy() {
        assertThat(over(
                                SAMPLED,
                                options -> options.setSample(Sample.newBuilder().setSeed(3)))
                        .strategy())
                .isEqualTo(new Decoding.Sample(1, 0, 1, 0, OptionalLong.of(3)));
        assertThat(over(
                                BEAMS,
                                options -> options.setBeams(
                                        Beams.newBuilder().setCount(5).setEarlyStopping(true)))
                        .strategy())
                .isEqualTo(new Decoding.Beams(5, 1, true));
    }

    @Test
    void aDefaultThatTheRequestRulesOutGivesWay() {
        assertThat(over(SAMPLED, options -> options.setMaxTokens(3)).length()).isEqualTo(new Length(3, 3));
        Decoding allowed = over(SAMPLED, options -> options.addAllowedTexts("yes"));
        assertThat(allowed.length()).isEqualTo(new Length(0, 20));
        assertThat(allowed.rules().allowedTexts()).containsExactly("yes");
        assertThat(over(SAMPLED, options -> options.setBeams(Beams.newBuilder().setCount(2)))
                        .stop())
                .isEqualTo(Stop.NONE);
    }

    @Test
    void whatDoesNotGoWithTheModelsBeamsSaysSo() {
        assertThatExceptionOfType(ServiceException.class)
                .isThrownBy(
                        () -> over(BEAMS, options -> options.addStopTexts(".").setLogProbabilities(1)))
                .withMessage("decoding.stop_texts: with beams, which is this model's default "
                        + "(expected: greedy or sample to be set) (and 1 more)");
        assertThat(over(BEAMS, options -> options.setGreedy(Greedy.getDefaultInstance())
                                .addStopTexts("."))
                        .stop()
                        .texts())
                .containsExactly(".");
    }

    private static Decoding over(Decoding defaults, Consumer<DecodingOptions.Builder> options) {
        DecodingOptions.Builder wire = DecodingOptions.newBuilder();
        options.accept(wire);
        return DecodingOverlay.of(wire.build(), defaults);
    }
}
