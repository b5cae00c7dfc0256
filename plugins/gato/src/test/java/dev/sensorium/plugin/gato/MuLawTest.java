package dev.sensorium.plugin.gato;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.testkit.Golden;
import org.junit.jupiter.api.Test;

/** Bins of numbers at all edges and beside them are the reference's. */
class MuLawTest {

    private static final MuLaw PAPER = new MuLaw(100, 256, 1024);

    @Test
    void binsOfThePaper() {
        assertBins(PAPER, "paper_");
    }

    @Test
    void binsOfOtherNumbers() {
        MuLaw numbers = GatoConfig.read(Goldens.FOLDER).layout().numbers();
        assertThat(numbers.bins()).isEqualTo(33);
        assertBins(numbers, "");
    }

    @Test
    void bothEndsAreInside() {
        assertThat(PAPER.bin(-1)).isZero();
        assertThat(PAPER.bin(1)).isEqualTo(1023);
        assertThat(PAPER.bin(PAPER.squash(256))).isEqualTo(1023);
        assertThat(PAPER.bin(PAPER.squash(1e30))).isEqualTo(1023);
        assertThat(PAPER.bin(0)).isEqualTo(512);
    }

    @Test
    void middlesAreInTheirBins() {
        for (int bin = 0; bin < PAPER.bins(); bin++) {
            assertThat(PAPER.bin(PAPER.centre(bin))).isEqualTo(bin);
        }
    }

    private static void assertBins(MuLaw numbers, String prefix) {
        Golden golden = new Golden(Goldens.FOLDER);
        float[] observed = golden.floats(prefix + "observed");
        long[] observedBins = golden.integers(prefix + "observed_bins");
        float[] acted = golden.floats(prefix + "acted");
        long[] actedBins = golden.integers(prefix + "acted_bins");
        assertThat(observed).hasSizeGreaterThan(3 * numbers.bins());
        for (int i = 0; i < observed.length; i++) {
            assertThat(numbers.bin(numbers.squash(observed[i])))
                    .as("bin of %s, observed", observed[i])
                    .isEqualTo((int) observedBins[i]);
            assertThat(numbers.bin(acted[i])).as("bin of %s, done", acted[i]).isEqualTo((int) actedBins[i]);
        }
    }
}
