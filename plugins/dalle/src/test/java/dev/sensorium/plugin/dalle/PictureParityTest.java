package dev.sensorium.plugin.dalle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.kit.image.Pixels;
import dev.sensorium.kit.nn.Batch;
import dev.sensorium.plugin.dalle.Goldens.Laid;
import dev.sensorium.testkit.Golden;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Result;
import org.tensorflow.types.TInt32;

/** The same pictures of codes as the reference paints, within 1e-3 before rounding, and one of 255 levels after it. */
class PictureParityTest {

    static Stream<Path> goldens() {
        return Goldens.all();
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void codesGiveTheReferencesPixels(Path folder) {
        Golden golden = new Golden(folder);
        try (Laid laid = Laid.of(folder);
                TInt32 codes = Batch.ofInts(Goldens.rows(golden, "codes"));
                Result result = laid.network().run(run -> run.feed(laid.graph().codes(), codes)
                        .fetch(laid.graph().pixels()))) {
            float[] values = new float[Math.toIntExact(result.get(0).shape().size())];
            result.get(0).asRawTensor().data().asFloats().read(values);
            for (int i = 0; i < values.length; i++) {
                values[i] *= 255;
            }
            golden.assertClose("levels", values, 255 * 1e-3);
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void codesGiveTheReferencesBytes(Path folder) throws InterruptedException {
        Golden golden = new Golden(folder);
        List<int[]> expected = Goldens.rows(golden, "bytes");
        try (Laid laid = Laid.of(folder);
                Painter painter = new Painter(laid.network(), laid.graph())) {
            List<int[]> codes = Goldens.rows(golden, "codes");
            for (int i = 0; i < codes.size(); i++) {
                Pixels picture = painter.paint(codes.get(i));
                for (int p = 0; p < picture.rgb().length; p++) {
                    assertThat(Math.abs((picture.rgb()[p] & 0xff) - expected.get(i)[p]))
                            .as("byte %d of picture %d", p, i)
                            .isLessThanOrEqualTo(1);
                }
            }
        }
    }
}
