package dev.sensorium.cli;

import dev.sensorium.cli.convert.Converter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Rewrites a published checkpoint as a folder that the server takes. */
@Command(
        name = "convert",
        description = {
            "Rewrites a published checkpoint as a folder that the server takes: config.json, model.safetensors and what reads text.",
            "",
            "It knows min-dalle's files (encoder.pt, decoder.pt, detoker.pt, vocab.json, merges.txt) and dalle-mini's "
                    + "(flax_model.msgpack, config.json, vocab.json, merges.txt, and the VQGAN's folder). Of pickles only "
                    + "tensors are read; nothing in them is run.",
            "",
            "Of any other file that torch.save wrote, such as OpenFlamingo's checkpoint.pt, it makes a model.safetensors of the "
                    + "same names. There is no configuration then, and no plugin that takes OpenFlamingo's as they are."
        },
        footer = {
            "",
            "Examples:",
            "  sensorium convert pretrained/dalle_bart_mega models/dalle-mega/1 --vqgan pretrained/vqgan",
            "  sensorium convert min-dalle models/dalle-mini/1 --mini",
            "  sensorium convert dalle-mini models/dalle-mini/1 --vqgan vqgan_imagenet_f16_16384",
            "  sensorium convert checkpoint.pt openflamingo"
        })
final class ConvertCommand implements Callable<Integer> {

    private final Root root;

    @Parameters(paramLabel = "SOURCE", description = "The folder of the published files, or one of PyTorch's.")
    private Path source = Path.of("");

    @Parameters(paramLabel = "FOLDER", description = "The folder to write, such as models/NAME/VERSION; a new one.")
    private Path target = Path.of("");

    @Option(
            names = "--vqgan",
            paramLabel = "DIR",
            description = "The folder of what makes pictures of tokens, if its files lie elsewhere.")
    private Optional<Path> vqgan = Optional.empty();

    @Option(
            names = "--mini",
            description = "Take the smaller model, whose files end in _mini, if both lie in one folder.")
    private boolean mini;

    ConvertCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws IOException {
        Converter.Result result = convert();
        Terminal terminal = root.terminal();
        if (root.json()) {
            Json.print(terminal.out(), json -> {
                json.writeStartObject();
                json.writeStringField("folder", target.toString());
                json.writeNumberField("tensors", result.tensors());
                json.writeNumberField("bytes", result.bytes());
                json.writeEndObject();
            });
        } else {
            terminal.out()
                    .println(String.format(
                            Locale.ROOT, "%s: %,d tensors, %,.1f MB", target, result.tensors(), result.bytes() / 1e6));
        }
        return Failures.OK;
    }

    private Converter.Result convert() throws IOException {
        Progress[] shown = new Progress[1];
        try {
            return Converter.convert(new Converter.Request(source, vqgan, mini), target, tensors -> {
                Progress progress = new Progress(root.terminal(), "converting", tensors);
                shown[0] = progress;
                return progress::step;
            });
        } finally {
            if (shown[0] != null) {
                shown[0].close();
            }
        }
    }
}
