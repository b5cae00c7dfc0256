package dev.sensorium.plugin.clip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Text;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

/** Loading, using and closing a model again and again leaves no native object behind, without help of the collector. */
class LoadAndCloseTest {

    @Test
    void everyNativeObjectIsFreedByItsOwner() {
        loadUseAndClose();
        long before = Pointer.totalCount();
        for (int i = 0; i < 5; i++) {
            loadUseAndClose();
        }
        assertThat(Pointer.totalCount()).isLessThanOrEqualTo(before);
    }

    private static void loadUseAndClose() {
        try (ClipModel model = ClipModel.load(Goldens.spec(Goldens.DEMO))) {
            var prepared = model.prepare(new Text("a red circle"), PrepareOptions.DEFAULT);
            assertThat(model.embed(List.of(prepared))).hasSize(1);
        }
    }
}
