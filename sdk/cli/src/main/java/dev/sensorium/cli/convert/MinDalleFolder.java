package dev.sensorium.cli.convert;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of min-dalle's DALL-E mini or mega: {@code encoder.pt}, {@code decoder.pt}, {@code detoker.pt},
 * {@code vocab.json} and {@code merges.txt}; all but {@code detoker.pt} may end with {@code _mini} before the dot, and that
 * one may lie in a folder {@code vqgan} beside the others'.
 */
public final class MinDalleFolder {

    private static final List<String> WRITTEN =
            List.of("model.safetensors", "config.json", "generation_config.json", "vocab.json", "merges.txt");

    private final Path encoder;
    private final Path decoder;
    private final Path detokenizer;
    private final Path vocabulary;
    private final Path merges;

    private MinDalleFolder(Path folder) throws IOException {
        this.encoder = file(folder, "encoder.pt", "encoder_mini.pt");
        this.decoder = file(folder, "decoder.pt", "decoder_mini.pt");
        this.detokenizer = file(folder, "detoker.pt", "vqgan/detoker.pt", "../vqgan/detoker.pt");
        this.vocabulary = file(folder, "vocab.json", "vocab_mini.json");
        this.merges = file(folder, "merges.txt", "merges_mini.txt");
    }

    /**
     * Finds the files.
     *
     * @throws IOException if one is missing, or there are two for one part
     */
    public static MinDalleFolder open(Path folder) throws IOException {
        return new MinDalleFolder(folder);
    }

    /**
     * Writes a checkpoint folder that the server loads.
     *
     * @param target is made if it is not there; what is to be written must not be in it
     * @param heads of attention; 0 for heads of the width 64, as the published ones have
     * @param start the code before the first; -1 for the one after the last, as dalle-mini's configurations have it
     * @return the files that were written
     * @throws IOException if a file is not as it should be, or cannot be written
     */
    public List<Path> convert(Path target, int heads, int start) throws IOException {
        try (TorchFile text = TorchFile.open(encoder);
                TorchFile codes = TorchFile.open(decoder);
                TorchFile pixels = TorchFile.open(detokenizer)) {
            MinDalleConfig config = MinDalleConfig.of(text, codes, pixels, heads, start);
            SafetensorsWriter weights = new SafetensorsWriter();
            weights.add("encoder.", text);
            weights.add("decoder.", codes);
            weights.add("detokenizer.", pixels);
            for (String name : WRITTEN) {
                if (Files.exists(target.resolve(name))) {
                    throw new IOException(target.resolve(name) + ": is there (expected: a folder without it)");
                }
            }
            Files.createDirectories(target);
            weights.write(target.resolve("model.safetensors"));
            config.write(target.resolve("config.json"));
            MinDalleConfig.writeDefaults(target.resolve("generation_config.json"));
            Files.copy(vocabulary, target.resolve("vocab.json"));
            Files.copy(merges, target.resolve("merges.txt"));
            return WRITTEN.stream().map(target::resolve).toList();
        }
    }

    private static Path file(Path folder, String... names) throws IOException {
        List<Path> found = new ArrayList<>();
        for (String name : names) {
            if (Files.exists(folder.resolve(name))) {
                found.add(folder.resolve(name));
            }
        }
        if (found.size() != 1) {
            throw new IOException("%s: %s (expected: one of %s)"
                    .formatted(
                            folder,
                            found.isEmpty() ? "no file " + names[0] : found.size() + " files for " + names[0],
                            String.join(", ", names)));
        }
        return found.get(0);
    }
}
