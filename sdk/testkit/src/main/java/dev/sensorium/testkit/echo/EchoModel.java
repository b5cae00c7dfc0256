package dev.sensorium.testkit.echo;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.DualEncoder;
import dev.sensorium.spi.Generator;
import dev.sensorium.spi.ImageGenerator;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelCard;
import dev.sensorium.spi.Policy;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import java.util.List;
import java.util.Set;

/** A model of all capabilities, each by its own class. */
final class EchoModel implements Model, DualEncoder, Generator, ImageGenerator, Policy {

    /** What cosine similarities are multiplied by, as CLIP's learnt temperature. */
    private static final float SCALE = 10;

    private static final int DEFAULT_TOKENS = 20;

    private final EchoEmbedder embedder;
    private final EchoGenerator generator;
    private final EchoPainter painter;
    private final EchoPolicy policy;

    EchoModel(EchoEmbedder embedder, EchoGenerator generator, EchoPainter painter, EchoPolicy policy) {
        this.embedder = embedder;
        this.generator = generator;
        this.painter = painter;
        this.policy = policy;
    }

    @Override
    public ModelCard card() {
        return embedder.card();
    }

    @Override
    public Set<Modality> modalities() {
        return embedder.modalities();
    }

    @Override
    public int dimensions() {
        return embedder.dimensions();
    }

    @Override
    public Prepared prepare(Content content, PrepareOptions options) {
        return embedder.prepare(content, options);
    }

    @Override
    public List<float[]> embed(List<Prepared> batch) {
        return embedder.embed(batch);
    }

    @Override
    public Normalization normalization() {
        return Normalization.SOFTMAX;
    }

    @Override
    public float[][] score(List<float[]> contents, List<float[]> texts) {
        float[][] scores = new float[contents.size()][texts.size()];
        for (int m = 0; m < scores.length; m++) {
            for (int n = 0; n < scores[m].length; n++) {
                scores[m][n] = SCALE * dot(contents.get(m), texts.get(n));
            }
        }
        return scores;
    }

    private static float dot(float[] a, float[] b) {
        float sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    @Override
    public Set<Modality> promptable() {
        return embedder.modalities();
    }

    @Override
    public boolean takesTurns() {
        return tasks().size() == Prompt.Task.values().length;
    }

    @Override
    public Set<Prompt.Task> tasks() {
        return generator.tasks();
    }

    @Override
    public Decoding defaults() {
        return Decoding.greedy(DEFAULT_TOKENS);
    }

    @Override
    public long keptBytes() {
        return generator.keptBytes();
    }

    @Override
    public Steps<Generator.Step> generate(Prompt prompt, Decoding decoding, PrepareOptions options) {
        return generator.generate(prompt, decoding, options);
    }

    @Override
    public Steps<Score> score(Prompt prompt, List<Text> continuations, PrepareOptions options) {
        return generator.score(prompt, continuations, options);
    }

    @Override
    public Drawing defaultDrawing() {
        return new Drawing(1, 1, 0, 0, 0);
    }

    @Override
    public Steps<ImageGenerator.Step> draw(Text prompt, Drawing drawing, PrepareOptions options) {
        return painter.draw(prompt, drawing, options);
    }

    @Override
    public Episode open(Task task) {
        return policy.open(task);
    }

    @Override
    public void close() {
        policy.close();
        painter.close();
        generator.close();
        embedder.close();
    }
}
