package dev.sensorium.cli.convert;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** What the shapes of DALL-E mini's tensors, named as min-dalle names them, say about its configuration. */
final class DalleConfig {

    /** Both published models divide their states into heads of this width. */
    private static final int HEAD_WIDTH = 64;

    /** Of the VQGANs that DALL-E mini is used with. */
    private static final int GROUPS = 32;

    private DalleConfig() {}

    /** Returns the keys of dalle-mini's config.json that shapes can tell. */
    static Map<String, Object> bart(SortedMap<String, Tensor> tensors) throws ConversionException {
        int width = Conversion.size(tensors, "encoder.embed_tokens.weight", 1);
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("model_type", "dallebart");
        config.put("d_model", width);
        for (String part : List.of("encoder", "decoder")) {
            config.put(part + "_layers", count(tensors, part + ".layers."));
            config.put(part + "_attention_heads", Math.max(1, width / HEAD_WIDTH));
            config.put(part + "_ffn_dim", Conversion.size(tensors, part + ".layers.0.glu.fc0.weight", 0));
        }
        config.put("encoder_vocab_size", Conversion.size(tensors, "encoder.embed_tokens.weight", 0));
        config.put("image_vocab_size", Conversion.size(tensors, "decoder.embed_tokens.weight", 0) - 1);
        config.put("image_length", Conversion.size(tensors, "decoder.embed_positions.weight", 0));
        config.put("max_text_length", Conversion.size(tensors, "encoder.embed_positions.weight", 0));
        config.put("decoder_start_token_id", Conversion.size(tensors, "detokenizer.embedding.weight", 0));
        config.put("activation_function", "gelu");
        config.put("is_encoder_decoder", true);
        config.put("ln_positions", "normformer");
        config.put("ln_type", "layernorm");
        config.put("use_bias", false);
        config.put("use_final_ln_decoder", true);
        config.put("use_final_ln_encoder", true);
        config.put("use_glu", true);
        return config;
    }

    /** Returns the configuration of the network that makes pictures of tokens. */
    static Map<String, Object> vqgan(SortedMap<String, Tensor> tensors, double epsilon) throws ConversionException {
        String at = "detokenizer.decoder.";
        int levels = count(tensors, at + "up.");
        int side = (int) Math.sqrt(Conversion.size(tensors, "decoder.embed_positions.weight", 0));
        int channels = Conversion.size(tensors, at + "conv_out.weight", 1);
        List<Integer> multiples = new ArrayList<>();
        TreeSet<Integer> attended = new TreeSet<>();
        for (int i = 0; i < levels; i++) {
            multiples.add(Conversion.size(tensors, at + "up." + i + ".block.0.conv1.weight", 0) / channels);
            if (tensors.containsKey(at + "up." + i + ".attn.0.q.weight")) {
                attended.add(side << levels - 1 - i);
            }
        }
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("n_embed", Conversion.size(tensors, "detokenizer.embedding.weight", 0));
        config.put("embed_dim", Conversion.size(tensors, "detokenizer.embedding.weight", 1));
        config.put("z_channels", Conversion.size(tensors, "detokenizer.post_quant_conv.weight", 0));
        config.put("ch", channels);
        config.put("ch_mult", multiples);
        config.put("num_res_blocks", count(tensors, at + "up.0.block.") - 1);
        config.put("attn_resolutions", List.copyOf(attended));
        config.put("resolution", side << levels - 1);
        config.put("norm_eps", epsilon);
        config.put("norm_groups", Math.min(GROUPS, channels));
        return config;
    }

    /** Returns how many numbers from 0 on follow a prefix in the names. */
    private static int count(SortedMap<String, Tensor> tensors, String prefix) {
        return (int) IntStream.iterate(0, i -> i + 1)
                .takeWhile(
                        i -> !tensors.subMap(prefix + i + ".", prefix + i + "/").isEmpty())
                .count();
    }
}
