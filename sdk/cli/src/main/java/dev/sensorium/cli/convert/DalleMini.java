package dev.sensorium.cli.convert;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files of dalle-mini (huggingface.co/dalle-mini): {@code flax_model.msgpack}, {@code config.json}, {@code vocab.json}
 * and {@code merges.txt} in one folder, and {@code flax_model.msgpack} of its VQGAN in another.
 */
final class DalleMini {

    private static final String WEIGHTS = "flax_model.msgpack";

    /** That of vqgan-jax. */
    private static final double EPSILON = 1e-6;

    /** Flax numbers modules of a kind in the order of their use; min-dalle names them. */
    private static final Map<String, String> ENCODER = Map.of(
            "LayerNorm_0", "pre_self_attn_layer_norm",
            "LayerNorm_1", "self_attn_layer_norm",
            "FlaxBartAttention_0", "self_attn",
            "GLU_0", "glu");

    private static final Map<String, String> DECODER = Map.of(
            "LayerNorm_0", "pre_self_attn_layer_norm",
            "LayerNorm_1", "self_attn_layer_norm",
            "LayerNorm_2", "pre_encoder_attn_layer_norm",
            "LayerNorm_3", "encoder_attn_layer_norm",
            "FlaxBartAttention_0", "self_attn",
            "FlaxBartAttention_1", "encoder_attn",
            "GLU_0", "glu");

    private static final Map<String, String> GLU =
            Map.of("LayerNorm_0", "ln0", "LayerNorm_1", "ln1", "Dense_0", "fc0", "Dense_1", "fc1", "Dense_2", "fc2");

    private DalleMini() {}

    /** Tells whether the folders hold such files. */
    static boolean isIn(List<Path> folders) {
        return Conversion.find(folders, WEIGHTS).isPresent();
    }

    /**
     * Reads the files.
     *
     * @param vqgan the VQGAN's folder
     */
    static Conversion read(List<Path> folders, Optional<Path> vqgan) throws IOException {
        Path pictures = vqgan.orElseThrow(
                () -> new ConversionException("--vqgan is missing (expected: the folder of dalle-mini's VQGAN)"));
        List<FlaxFile> files = new ArrayList<>();
        boolean read = false;
        try {
            files.add(FlaxFile.open(Conversion.need(folders, WEIGHTS)));
            files.add(FlaxFile.open(Conversion.need(List.of(pictures), WEIGHTS)));
            SortedMap<String, Tensor> tensors = new TreeMap<>();
            for (Map.Entry<String, Tensor> entry : files.get(0).tensors().entrySet()) {
                transformer(entry.getKey(), entry.getValue(), tensors);
            }
            files.get(1).tensors().forEach((name, tensor) -> pictures(name, tensor, tensors));
            Map<String, Object> config = DalleConfig.bart(tensors);
            config.putAll(scalars(Conversion.need(folders, "config.json")));
            config.put("vqgan", DalleConfig.vqgan(tensors, EPSILON));
            Map<String, Map<String, Object>> json = new LinkedHashMap<>();
            json.put("config.json", config);
            json.put("generation_config.json", Map.of("guidance_scale", 10.0, "temperature", 1.0, "top_k", 0));
            Map<String, Path> copies = Map.of(
                    "vocab.json", Conversion.need(folders, "vocab.json"),
                    "merges.txt", Conversion.need(folders, "merges.txt"));
            read = true;
            return new Conversion(tensors, json, copies, files);
        } finally {
            if (!read) {
                for (FlaxFile file : files) {
                    file.close();
                }
            }
        }
    }

    /** Puts an array of the transformer, or each layer's part of it, under min-dalle's names. */
    private static void transformer(String name, Tensor array, SortedMap<String, Tensor> tensors)
            throws ConversionException {
        if (name.equals("lm_head.kernel")) {
            tensors.put("decoder.lm_head.weight", array.transposed(1, 0));
            return;
        }
        List<String> path = List.of(name.split("\\.", -1));
        if (path.size() < 4 || !path.get(0).equals("model") || !path.get(1).matches("encoder|decoder")) {
            throw new ConversionException("\"%s\" (expected: dalle-mini's parameters)".formatted(name));
        }
        String part = path.get(1);
        if (!path.get(2).equals("layers")) {
            tensors.put(part + "." + path.get(2) + "." + torchName(path.get(3)), array);
            return;
        }
        if (path.size() < 6 || !path.get(3).matches("FlaxBart(En|De)coderLayers")) {
            throw new ConversionException("\"%s\" (expected: all layers in one array)".formatted(name));
        }
        String rest = inLayer(part.equals("encoder") ? ENCODER : DECODER, path.subList(4, path.size()), name);
        boolean kernel = name.endsWith(".kernel");
        for (int layer = 0; layer < array.size(0); layer++) {
            Tensor own = array.at(layer);
            tensors.put(part + ".layers." + layer + "." + rest, kernel ? own.transposed(1, 0) : own);
        }
    }

    private static String inLayer(Map<String, String> names, List<String> path, String whole)
            throws ConversionException {
        List<String> named = new ArrayList<>();
        named.add(known(names, path.get(0), whole));
        for (String step : path.subList(1, path.size() - 1)) {
            named.add(named.get(0).equals("glu") ? known(GLU, step, whole) : step);
        }
        named.add(torchName(path.get(path.size() - 1)));
        return String.join(".", named);
    }

    private static String known(Map<String, String> names, String step, String whole) throws ConversionException {
        String name = names.get(step);
        if (name == null) {
            throw new ConversionException("\"%s\": %s (expected: one of %s)"
                    .formatted(whole, step, names.keySet().stream().sorted().toList()));
        }
        return name;
    }

    /** Puts an array of the VQGAN under its name in PyTorch, unless only encoding pictures needs it. */
    private static void pictures(String name, Tensor array, SortedMap<String, Tensor> tensors) {
        if (name.equals("quantize.embedding.embedding")) {
            tensors.put("detokenizer.embedding.weight", array);
        } else if (name.startsWith("decoder.") || name.startsWith("post_quant_conv.")) {
            int dot = name.lastIndexOf('.') + 1;
            String torch = name.substring(0, dot).replaceAll("(?<=up|block|attn)_(?=\\d+\\.)", ".");
            // Only what lies in lists is numbered with a dot, which the middle's blocks do not.
            String path = name.startsWith("decoder.mid.") ? name.substring(0, dot) : torch;
            boolean kernel = name.endsWith(".kernel");
            tensors.put(
                    "detokenizer." + path + torchName(name.substring(dot)),
                    kernel ? array.transposed(3, 2, 0, 1) : array);
        }
    }

    private static String torchName(String flax) {
        return switch (flax) {
            case "kernel", "scale", "embedding" -> "weight";
            default -> flax;
        };
    }

    /** Returns the texts, numbers and truths of a file of JSON. */
    private static Map<String, Object> scalars(Path file) throws IOException {
        Map<String, Object> scalars = new LinkedHashMap<>();
        try (JsonParser json = new JsonFactory().createParser(Files.readAllBytes(file))) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new ConversionException(file.getFileName() + ": not an object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String key = json.currentName();
                switch (json.nextToken()) {
                    case VALUE_STRING -> scalars.put(key, json.getText());
                    case VALUE_TRUE, VALUE_FALSE -> scalars.put(key, json.getBooleanValue());
                    case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> scalars.put(key, json.getNumberValue());
                    default -> json.skipChildren();
                }
            }
        } catch (JsonProcessingException e) {
            throw new ConversionException("%s: not JSON at line %d"
                    .formatted(file.getFileName(), e.getLocation().getLineNr()));
        }
        return scalars;
    }
}
