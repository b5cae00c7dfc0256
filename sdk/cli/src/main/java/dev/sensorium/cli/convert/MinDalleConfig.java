package dev.sensorium.cli.convert;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The configuration of a min-dalle model, by dalle-mini's keys, as the shapes of its weights tell it.
 *
 * @param values by key: integers, truth values, texts, numbers, lists of integers and objects of these
 */
record MinDalleConfig(Map<String, Object> values) {

    private static final int HEAD_WIDTH = 64;

    /** Of the only VQGAN that min-dalle has. */
    private static final int GROUPS = 32;

    /** PyTorch's, which min-dalle leaves as it is. */
    private static final double EPSILON = 1e-5;

    /** Reads the shapes of three state dictionaries. */
    static MinDalleConfig of(TorchFile encoder, TorchFile decoder, TorchFile detokenizer, int heads, int start)
            throws IOException {
        Shapes text = new Shapes("encoder", encoder.tensors());
        Shapes codes = new Shapes("decoder", decoder.tensors());
        int width = text.size("embed_tokens.weight", 1);
        int headCount = heads > 0 ? heads : width / HEAD_WIDTH;
        if (headCount < 1 || width % headCount != 0) {
            throw new IOException("heads: %d (expected: a divisor of the width, %d)".formatted(headCount, width));
        }
        int rows = codes.size("lm_head.weight", 0);
        int length = codes.size("embed_positions.weight", 0);
        Map<String, Object> vqgan = vqgan(new Shapes("detokenizer", detokenizer.tensors()), length);
        int known = (int) vqgan.getOrDefault("n_embed", 0);
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("model_type", "dallebart");
        values.put("d_model", width);
        part(values, "encoder", text, headCount);
        part(values, "decoder", codes, headCount);
        values.put("encoder_vocab_size", text.size("embed_tokens.weight", 0));
        values.put("image_vocab_size", rows - 1);
        values.put("image_length", length);
        values.put("max_text_length", text.size("embed_positions.weight", 0));
        values.put("decoder_start_token_id", start >= 0 ? start : known);
        values.put("activation_function", "gelu");
        values.put("ln_positions", "normformer");
        values.put("use_bias", false);
        values.put("use_glu", true);
        values.put("normalize_text", false);
        values.put("vqgan", vqgan);
        return new MinDalleConfig(values);
    }

    /** Writes the file. */
    Path write(Path file) throws IOException {
        return write(file, values);
    }

    /** Writes how min-dalle draws if it is told nothing. */
    static Path writeDefaults(Path file) throws IOException {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("do_sample", true);
        values.put("guidance_scale", 16.0);
        values.put("temperature", 1.0);
        values.put("top_k", 256);
        return write(file, values);
    }

    private static void part(Map<String, Object> values, String name, Shapes shapes, int heads) throws IOException {
        values.put(name + "_layers", shapes.count("layers."));
        values.put(name + "_attention_heads", heads);
        values.put(name + "_ffn_dim", shapes.size("layers.0.glu.fc0.weight", 0));
    }

    private static Map<String, Object> vqgan(Shapes shapes, int codes) throws IOException {
        int levels = shapes.count("decoder.up.");
        int base = shapes.size("decoder.norm_out.weight", 0);
        int resolution = (int) Math.round(Math.sqrt(codes)) << (levels - 1);
        List<Integer> multipliers = new ArrayList<>();
        List<Integer> attention = new ArrayList<>();
        for (int i = 0; i < levels; i++) {
            multipliers.add(shapes.size("decoder.up.%d.block.0.conv2.weight".formatted(i), 0) / base);
            if (shapes.has("decoder.up.%d.attn.0.q.weight".formatted(i))) {
                attention.add(resolution >> i);
            }
        }
        Map<String, Object> vqgan = new LinkedHashMap<>();
        vqgan.put("n_embed", shapes.size("embedding.weight", 0));
        vqgan.put("embed_dim", shapes.size("embedding.weight", 1));
        vqgan.put("z_channels", shapes.size("post_quant_conv.weight", 0));
        vqgan.put("ch", base);
        vqgan.put("ch_mult", multipliers);
        vqgan.put("num_res_blocks", shapes.count("decoder.up.0.block.") - 1);
        vqgan.put("attn_resolutions", attention);
        vqgan.put("resolution", resolution);
        vqgan.put("norm_eps", EPSILON);
        vqgan.put("norm_groups", Math.min(GROUPS, base));
        return vqgan;
    }

    private static Path write(Path file, Map<String, Object> values) throws IOException {
        try (JsonGenerator json = new JsonFactory().createGenerator(file.toFile(), JsonEncoding.UTF8)) {
            json.useDefaultPrettyPrinter();
            write(json, values);
            json.writeRaw('\n');
        }
        return file;
    }

    private static void write(JsonGenerator json, Object value) throws IOException {
        if (value instanceof Map<?, ?> object) {
            json.writeStartObject();
            for (Map.Entry<?, ?> entry : object.entrySet()) {
                json.writeFieldName((String) entry.getKey());
                write(json, entry.getValue());
            }
            json.writeEndObject();
        } else if (value instanceof List<?> list) {
            json.writeStartArray();
            for (Object item : list) {
                write(json, item);
            }
            json.writeEndArray();
        } else if (value instanceof Integer integer) {
            json.writeNumber(integer);
        } else if (value instanceof Double number) {
            json.writeNumber(number);
        } else if (value instanceof Boolean truth) {
            json.writeBoolean(truth);
        } else {
            json.writeString((String) value);
        }
    }

    /** The shapes of a state dictionary. */
    private record Shapes(String part, Map<String, TorchTensor> tensors) {

        boolean has(String name) {
            return tensors.containsKey(name);
        }

        int size(String name, int dimension) throws IOException {
            TorchTensor tensor = tensors.get(name);
            if (tensor == null || tensor.shape().size() <= dimension) {
                throw new IOException("%s: tensor %s: %s (expected: as min-dalle has it)"
                        .formatted(part, name, tensor == null ? "missing" : "shape " + tensor.shape()));
            }
            return Math.toIntExact(tensor.shape().get(dimension));
        }

        /** Returns how many numbers follow each other from 0 after the beginning of names. */
        int count(String prefix) throws IOException {
            int count = 0;
            while (hasAny(prefix + count + ".")) {
                count++;
            }
            if (count == 0) {
                throw new IOException(
                        "%s: tensors %s0.*: missing (expected: as min-dalle has them)".formatted(part, prefix));
            }
            return count;
        }

        private boolean hasAny(String prefix) {
            return tensors.keySet().stream().anyMatch(name -> name.startsWith(prefix));
        }
    }
}
