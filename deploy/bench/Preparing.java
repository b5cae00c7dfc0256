import dev.sensorium.kit.image.ImageDecoder;
import dev.sensorium.kit.image.ImageDefaults;
import dev.sensorium.kit.image.ImageProcessor;
import dev.sensorium.kit.image.Pixels;
import dev.sensorium.spi.MediaLimits;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Times what is done with a picture before the network gets it, on one thread:
 * {@code java -cp ... Preparing.java CHECKPOINT PICTURE...}. Prints a line of JSON for each picture; see README.md.
 */
public class Preparing {

    private static final double SECONDS = 5;

    public static void main(String[] arguments) throws Exception {
        ImageDecoder decoder = new ImageDecoder(MediaLimits.DEFAULT);
        ImageProcessor processor = ImageProcessor.open(Path.of(arguments[0]), ImageDefaults.CLIP);
        for (String file : List.of(arguments).subList(1, arguments.length)) {
            time(decoder, processor, file);
        }
    }

    private static void time(ImageDecoder decoder, ImageProcessor processor, String file) throws Exception {
        ByteBuffer encoded = ByteBuffer.wrap(Files.readAllBytes(Path.of(file)));
        List<Double> decoding = new ArrayList<>();
        List<Double> processing = new ArrayList<>();
        long end = System.nanoTime() + (long) (SECONDS * 1e9);
        while (System.nanoTime() < end || decoding.size() < 10) {
            long start = System.nanoTime();
            Pixels pixels = decoder.decode(encoded, false);
            long decoded = System.nanoTime();
            processor.process(pixels);
            decoding.add((decoded - start) / 1e6);
            processing.add((System.nanoTime() - decoded) / 1e6);
        }
        System.out.printf(
                "{\"program\": \"sensorium\", \"picture\": \"%s\", \"decode_ms\": %.2f, \"process_ms\": %.2f}%n",
                Path.of(file).getFileName(), median(decoding), median(processing));
    }

    private static double median(List<Double> times) {
        return times.stream().sorted().skip(times.size() / 2).findFirst().orElseThrow();
    }
}
