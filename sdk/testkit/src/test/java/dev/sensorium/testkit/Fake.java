package dev.sensorium.testkit;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.DualEncoder;
import dev.sensorium.spi.Generator;
import dev.sensorium.spi.ImageGenerator;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelCard;
import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.Policy;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import dev.sensorium.testkit.echo.EchoProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** An echo model of all capabilities that does everything right; subclasses do one thing wrong. */
class Fake implements Model, DualEncoder, Generator, ImageGenerator, Policy {

    private final Model model;

    Fake(Model model) {
        this.model = model;
    }

    /** An echo provider that does everything right; subclasses do one thing wrong. */
    static class Provider implements ModelProvider {

        private final UnaryOperator<Model> breaking;

        Provider() {
            this(model -> model);
        }

        Provider(UnaryOperator<Model> breaking) {
            this.breaking = breaking;
        }

        @Override
        public String family() {
            return "echo";
        }

        @Override
        public long estimateBytes(ModelSpec spec) {
            return new EchoProvider().estimateBytes(spec);
        }

        @Override
        public Model load(ModelSpec spec) {
            return breaking.apply(new EchoProvider().load(spec));
        }
    }

    /** The contracts of all capabilities, to be called one test at a time. */
    interface Contract extends DualEncoderContract, GeneratorContract, ImageGeneratorContract, PolicyContract {}

    static Contract contract(ModelProvider provider, Path folder) {
        return new Contracted(provider, ModelSpec.of(new ModelId("echo", "1"), folder));
    }

    /** Private, so that no test runner takes it for a test of its own. */
    private record Contracted(ModelProvider provider, ModelSpec spec) implements Contract {}

    @Override
    public ModelCard card() {
        return model.card();
    }

    @Override
    public Set<Modality> modalities() {
        return ((DualEncoder) model).modalities();
    }

    @Override
    public int dimensions() {
        return ((DualEncoder) model).dimensions();
    }

    @Override
    public Prepared prepare(Content content, PrepareOptions options) {
        return ((DualEncoder) model).prepare(content, options);
    }

    @Override
    public List<float[]> embed(List<Prepared> batch) {
        return ((DualEncoder) model).embed(batch);
    }

    @Override
    public Normalization normalization() {
        return ((DualEncoder) model).normalization();
    }

    @Override
    public float[][] score(List<float[]> contents, List<float[]> texts) {
        return ((DualEncoder) model).score(contents, texts);
    }

    @Override
    public Set<Modality> promptable() {
        return ((Generator) model).promptable();
    }

    @Override
    public Set<Prompt.Task> tasks() {
        return ((Generator) model).tasks();
    }

    @Override
    public Decoding defaults() {
        return ((Generator) model).defaults();
    }

    @Override
    public Steps<Generator.Step> generate(Prompt prompt, Decoding decoding, PrepareOptions options) {
        return ((Generator) model).generate(prompt, decoding, options);
    }

    @Override
    public Steps<Score> score(Prompt prompt, List<Text> continuations, PrepareOptions options) {
        return ((Generator) model).score(prompt, continuations, options);
    }

    @Override
    public Drawing defaultDrawing() {
        return ((ImageGenerator) model).defaultDrawing();
    }

    @Override
    public Steps<ImageGenerator.Step> draw(Text prompt, Drawing drawing, PrepareOptions options) {
        return ((ImageGenerator) model).draw(prompt, drawing, options);
    }

    @Override
    public Episode open(Task task) {
        return ((Policy) model).open(task);
    }

    @Override
    public void close() {
        model.close();
    }
}
