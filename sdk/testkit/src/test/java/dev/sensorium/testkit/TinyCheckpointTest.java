package dev.sensorium.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sensorium.kit.checkpoint.HubConfig;
import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checkpoints that the testkit writes: the kit reads the right ones and refuses the wrong ones. */
class TinyCheckpointTest {

    @TempDir
    private Path temporary;

    private Path folder = Path.of("");

    @BeforeEach
    void write() {
        folder = TinyCheckpoint.of(Map.of("model_type", "any", "sizes", List.of(2, 3)))
                .with("a", List.of(2, 3), 1, 2, 3, 4, 5, 6)
                .with("b", List.of(), 7)
                .writeTo(temporary.resolve("any"));
    }

    @Test
    void isReadAsItWasWritten() {
        assertThat(HubConfig.read(folder, "config.json").numbers("sizes", 2).required())
                .containsExactly(2.0, 3.0);
        try (Weights weights = Weights.open(folder)) {
            assertThat(weights.names()).containsExactly("a", "b");
            assertThat(weights.tensor("a").shape()).containsExactly(2, 3);
            assertThat(weights.tensor("a").data().asFloatBuffer().get(5)).isEqualTo(6);
            assertThat(weights.tensor("b").shape()).isEmpty();
            assertThat(weights.tensor("b").data().asFloatBuffer().get(0)).isEqualTo(7);
        }
    }

    @ParameterizedTest
    @EnumSource
    void isRefusedWithAFault(TinyCheckpoint.Fault fault) {
        TinyCheckpoint.corrupt(folder.resolve(TinyCheckpoint.WEIGHTS), fault);
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> Weights.open(folder))
                .returns(Reason.INVALID_CHECKPOINT, ModelException::reason);
    }

    @Test
    void isFilledWithNaN() {
        Path copy = TinyCheckpoint.copy(folder, temporary.resolve("copy"));
        TinyCheckpoint.fillWithNaN(copy.resolve(TinyCheckpoint.WEIGHTS));
        try (Weights weights = Weights.open(copy);
                Weights original = Weights.open(folder)) {
            assertThat(weights.tensor("a").shape()).containsExactly(2, 3);
            assertThat(weights.tensor("a").data().asFloatBuffer().get(0)).isNaN();
            assertThat(weights.tensor("b").data().asFloatBuffer().get(0)).isNaN();
            assertThat(original.tensor("a").data().asFloatBuffer().get(0)).isEqualTo(1);
        }
    }
}
