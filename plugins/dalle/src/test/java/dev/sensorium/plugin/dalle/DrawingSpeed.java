package dev.sensorium.plugin.dalle;

import dev.sensorium.spi.Image;
import dev.sensorium.spi.ImageGenerator.Drawing;
import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.ModelSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Prints how long a checkpoint takes to draw 1, 4 and 8 pictures at once, under guidance, in float32 and bfloat16.
 *
 * <pre>{@code
 * python plugins/dalle/training/full_size.py FOLDER
 * ./mvnw -q -pl plugins/dalle -am -DskipTests package
 * TF_ONEDNN_ASSUME_FROZEN_WEIGHTS=1 java -cp CLASSPATH dev.sensorium.plugin.dalle.DrawingSpeed FOLDER float32 bfloat16
 * }</pre>
 */
final class DrawingSpeed {

    private static final Drawing DRAWING = new Drawing(10, 1, 256, 0, 1);

    private DrawingSpeed() {}

    public static void main(String[] arguments) throws InterruptedException, ExecutionException {
        Path folder = Path.of(arguments[0]);
        for (String dtype : Arrays.asList(arguments).subList(1, arguments.length)) {
            ModelSpec plain = ModelSpec.of(new ModelId("dalle", "1"), folder);
            ModelSpec spec = new ModelSpec(plain.id(), folder, plain.device(), plain.limits(), Map.of("dtype", dtype));
            long begin = System.nanoTime();
            try (DalleModel model = DalleModel.load(spec)) {
                System.out.printf("%s: loaded in %.1f s%n", dtype, (System.nanoTime() - begin) / 1e9);
                draw(model, 1);
                for (int pictures : new int[] {1, 4, 8}) {
                    double seconds = draw(model, pictures);
                    System.out.printf(
                            "%s: %d at once: %.2f s a picture, all in %.2f s%n",
                            dtype, pictures, seconds / pictures, seconds);
                }
            }
        }
    }

    /** Returns the seconds that so many pictures take. */
    private static double draw(DalleModel model, int pictures) throws InterruptedException, ExecutionException {
        ExecutorService callers = Executors.newFixedThreadPool(pictures);
        try {
            long begin = System.nanoTime();
            List<Future<Image>> drawn = new ArrayList<>();
            for (int i = 0; i < pictures; i++) {
                Drawing drawing = DRAWING.seeded(i);
                drawn.add(callers.submit(() -> Drawings.picture(model, "a red circle above a blue square", drawing)));
            }
            for (Future<Image> picture : drawn) {
                picture.get();
            }
            return (System.nanoTime() - begin) / 1e9;
        } finally {
            callers.shutdownNow();
        }
    }
}
