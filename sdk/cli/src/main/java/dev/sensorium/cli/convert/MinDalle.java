package dev.sensorium.cli.convert;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files of min-dalle (github.com/kuprel/min-dalle): {@code encoder.pt}, {@code decoder.pt} and {@code detoker.pt} of
 * PyTorch, with {@code vocab.json} and {@code merges.txt}; the smaller model's names end in {@code _mini} where both lie in
 * one folder.
 */
final class MinDalle {

    /** PyTorch's own, which min-dalle uses. */
    private static final double EPSILON = 1e-5;

    private static final List<String> PARTS = List.of("encoder", "decoder", "detoker");

    private MinDalle() {}

    /** Tells whether the folders hold such files. */
    static boolean isIn(List<Path> folders) {
        return Conversion.find(folders, "encoder.pt", "encoder_mini.pt").isPresent();
    }

    /**
     * Reads the files.
     *
     * @param mini whether the smaller model is meant, where both are there
     */
    static Conversion read(List<Path> folders, boolean mini) throws IOException {
        List<TorchFile> files = new ArrayList<>();
        boolean read = false;
        try {
            SortedMap<String, Tensor> tensors = new TreeMap<>();
            for (String part : PARTS) {
                TorchFile file = TorchFile.open(Conversion.need(folders, names(part, ".pt", mini)));
                files.add(file);
                String prefix = part.equals("detoker") ? "detokenizer." : part + ".";
                file.tensors().forEach((name, tensor) -> tensors.put(prefix + name, tensor));
            }
            Map<String, Object> config = DalleConfig.bart(tensors);
            config.put("normalize_text", false);
            config.put("vqgan", DalleConfig.vqgan(tensors, EPSILON));
            Map<String, Map<String, Object>> json = new LinkedHashMap<>();
            json.put("config.json", config);
            json.put("generation_config.json", Map.of("guidance_scale", 16.0, "temperature", 1.0, "top_k", 256));
            Map<String, Path> copies = Map.of(
                    "vocab.json", Conversion.need(folders, names("vocab", ".json", mini)),
                    "merges.txt", Conversion.need(folders, names("merges", ".txt", mini)));
            read = true;
            return new Conversion(tensors, json, copies, files);
        } finally {
            if (!read) {
                for (TorchFile file : files) {
                    file.close();
                }
            }
        }
    }

    private static String[] names(String name, String suffix, boolean mini) {
        String plain = name + suffix;
        String small = name + "_mini" + suffix;
        return mini ? new String[] {small, plain} : new String[] {plain, small};
    }
}
