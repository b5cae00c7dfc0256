package dev.sensorium.plugin.dalle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Image;
import dev.sensorium.spi.ImageGenerator.Drawing;
import dev.sensorium.spi.ImageGenerator.Finished;
import dev.sensorium.spi.ImageGenerator.Preview;
import dev.sensorium.spi.ImageGenerator.Progress;
import dev.sensorium.spi.ImageGenerator.Started;
import dev.sensorium.spi.ImageGenerator.Step;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Drawings come in steps, the same ones whatever else is drawn. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DrawingTest {

    private static final int CODES = 25;
    private static final int SIDE_BY_SIDE = 8;

    private DalleModel model;

    @BeforeAll
    void load() {
        model = DalleModel.load(Goldens.spec("dalle"));
    }

    @AfterAll
    void close() {
        model.close();
    }

    private Drawing drawing(int previewEvery, long seed) {
        Drawing usual = model.defaultDrawing();
        return new Drawing(usual.guidance(), usual.temperature(), usual.topK(), previewEvery, seed);
    }

    @Test
    void drawsAsTheCheckpointSays() {
        assertThat(model.defaultDrawing()).isEqualTo(new Drawing(3, 0.9, 7, 0, 0));
    }

    @Test
    void tellsEachCodeAndShowsPreviewsInBetween() throws InterruptedException {
        List<Step> steps = Drawings.steps(model, "a red circle", drawing(10, 1));
        assertThat(steps.get(0)).isInstanceOf(Started.class);
        assertThat(((Started) steps.get(0)).pieces()).isEqualTo(CODES);
        assertThat(steps.stream().filter(Progress.class::isInstance).map(step -> ((Progress) step).done()))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, CODES).boxed().toList());
        assertThat(steps.stream().filter(Preview.class::isInstance).map(step -> ((Preview) step).done()))
                .containsExactly(10, 20);
        assertThat(steps.get(11)).isInstanceOf(Preview.class);
        assertThat(steps).hasSize(1 + CODES + 2 + 1).last().isInstanceOf(Finished.class);
    }

    @Test
    void writesIntoTheFileWhatItIs() throws Exception {
        Image image = Drawings.picture(model, "a réd circle", drawing(0, -3));
        assertThat(texts(Drawings.bytes(image))).containsExactly("prompt=a réd circle", "model=dalle/1", "seed=-3");
    }

    @Test
    void drawsTheSameAloneAndBesideOthers() throws Exception {
        List<String> prompts = List.of("a red circle", "nuclear broccoli", "a panda with a top hat", "a");
        List<Image> alone = new ArrayList<>();
        for (int i = 0; i < SIDE_BY_SIDE; i++) {
            alone.add(Drawings.picture(model, prompts.get(i % prompts.size()), drawing(0, i)));
        }
        assertThat(alone).doesNotHaveDuplicates();
        for (int round = 0; round < 5; round++) {
            assertThat(together(prompts)).isEqualTo(alone);
        }
    }

    private List<Image> together(List<String> prompts) throws ExecutionException, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(SIDE_BY_SIDE);
        try {
            List<Future<Image>> drawn = new ArrayList<>();
            for (int i = 0; i < SIDE_BY_SIDE; i++) {
                String prompt = prompts.get(i % prompts.size());
                Drawing drawing = drawing(i % 3 * 4, i);
                drawn.add(threads.submit(() -> Drawings.picture(model, prompt, drawing)));
            }
            List<Image> pictures = new ArrayList<>();
            for (Future<Image> picture : drawn) {
                pictures.add(picture.get());
            }
            return pictures;
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void withTopKOfOneDrawsWhatIsMostLikely() throws InterruptedException {
        Drawing usual = model.defaultDrawing();
        Image greedy = Drawings.picture(model, "a red circle", new Drawing(usual.guidance(), 0, 7, 0, 5));
        assertThat(Drawings.picture(model, "a red circle", new Drawing(usual.guidance(), 2, 1, 0, 5)))
                .isEqualTo(greedy);
    }

    @Test
    void withoutGuidanceTakesOneRow() throws Exception {
        DalleModel small = DalleModel.load(Goldens.with(Goldens.spec("dalle"), "slots", "2"));
        try (small;
                Steps<Step> first = small.draw(new Text("a"), new Drawing(1, 1, 0, 0, 1), PrepareOptions.DEFAULT);
                Steps<Step> second = small.draw(new Text("a"), new Drawing(1, 1, 0, 0, 2), PrepareOptions.DEFAULT)) {
            assertThat(first.next().orElseThrow()).isInstanceOf(Started.class);
            assertThat(second.next().orElseThrow()).isInstanceOf(Started.class);
        }
    }

    private static List<String> texts(byte[] png) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
        try (ImageInputStream stream = ImageIO.createImageInputStream(new ByteArrayInputStream(png))) {
            reader.setInput(stream);
            IIOMetadata metadata = reader.getImageMetadata(0);
            NodeList entries =
                    ((Element) metadata.getAsTree("javax_imageio_png_1.0")).getElementsByTagName("iTXtEntry");
            return IntStream.range(0, entries.getLength())
                    .mapToObj(i -> (Element) entries.item(i))
                    .map(entry -> entry.getAttribute("keyword") + "=" + entry.getAttribute("text"))
                    .toList();
        } finally {
            reader.dispose();
        }
    }
}
