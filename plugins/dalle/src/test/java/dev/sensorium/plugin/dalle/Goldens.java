package dev.sensorium.plugin.dalle;

import dev.sensorium.kit.checkpoint.HubConfig;
import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.kit.nn.Network;
import dev.sensorium.kit.nn.NetworkBuilder;
import dev.sensorium.kit.nn.NetworkOptions;
import dev.sensorium.spi.ImageGenerator.Drawing;
import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.testkit.Golden;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The golden checkpoints, and what min-dalle makes of them. */
final class Goldens {

    static final Path FOLDER = Path.of("src/test/resources/goldens");

    private Goldens() {}

    /** A checkpoint of float32, and one of float16 in shards, with other sizes. */
    static Stream<Path> all() {
        return Stream.of("dalle", "dalle-fp16").map(FOLDER::resolve);
    }

    static ModelSpec spec(String name) {
        return spec(FOLDER.resolve(name));
    }

    static ModelSpec spec(Path folder) {
        return ModelSpec.of(new ModelId(folder.getFileName().toString(), "1"), folder);
    }

    /** Returns the spec with a setting. */
    static ModelSpec with(ModelSpec spec, String setting, String value) {
        Map<String, String> settings = new HashMap<>(spec.settings());
        settings.put(setting, value);
        return new ModelSpec(spec.id(), spec.folder(), spec.device(), spec.limits(), settings);
    }

    /** A checkpoint's network with all that can be fetched from it. */
    record Laid(DalleConfig config, DalleOptions options, DalleGraph graph, Network network) implements AutoCloseable {

        static Laid of(Path folder) {
            return of(folder, NetworkOptions.cpu());
        }

        static Laid of(Path folder, NetworkOptions network) {
            HubConfig file = HubConfig.read(folder, DalleConfig.FILE);
            try (Weights weights = Weights.open(folder);
                    NetworkBuilder builder = NetworkBuilder.open(network, weights)) {
                DalleConfig config = DalleConfig.of(file, weights);
                int codes = config.codes().length();
                DalleOptions options = DalleOptions.of(spec(folder), network, codes);
                DalleGraph graph = DalleGraph.lay(config, builder.layers(), options.loop());
                return new Laid(config, options, graph, builder.build());
            }
        }

        /** Returns a drawing of the most likely codes under the checkpoint's own guidance. */
        static Drawing greedy(Path folder) {
            return new Drawing(DrawingDefaults.read(folder).guidance(), 0, 0, 0, 0);
        }

        @Override
        public void close() {
            network.close();
        }
    }

    /** Returns the rows of golden integers. */
    static List<int[]> rows(Golden golden, String name) {
        long[] all = golden.integers(name);
        int count = golden.shape(name).get(0).intValue();
        int length = all.length / count;
        return IntStream.range(0, count)
                .mapToObj(i -> Arrays.stream(all, i * length, (i + 1) * length)
                        .mapToInt(Math::toIntExact)
                        .toArray())
                .toList();
    }

    /** Returns the ids of a prompt without those that pad it, which the reference takes by their id. */
    static int[] unpadded(int... ids) {
        return Arrays.stream(ids).filter(id -> id != 1).toArray();
    }
}
