package dev.sensorium.plugin.gato.jat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.kit.text.TextReader;
import dev.sensorium.spi.Policy.Observation;
import dev.sensorium.spi.Text;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MissionTest {

    @Test
    void textsAreFilledUpAsTheReferenceFillsThem() {
        long[] expected = Goldens.golden().integers("text_ids");
        List<Text> given = Goldens.golden().texts();
        try (TextReader texts = TextReader.open(Goldens.spec(Goldens.FOLDER, Map.of()), 277, 62)) {
            for (int i = 0; i < given.size(); i++) {
                Mission mission = new Mission(texts, 0, null, given.get(i).value());
                int from = i * Mission.LENGTH;
                assertThat(mission.ids("observation", Observation.of(Map.of())))
                        .containsExactly(Arrays.stream(expected, from, from + Mission.LENGTH)
                                .mapToInt(Math::toIntExact)
                                .toArray());
            }
        }
    }
}
