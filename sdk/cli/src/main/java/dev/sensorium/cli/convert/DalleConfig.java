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

    private DalleConfig() {}

    /** Returns the keys of dalle-mini's config.json that shapes can tell. */
    static Map<String, Object> bart(SortedMap<String, Tensor> tensors) throws ConversionException {
        Tensor text = Conversion.need(tensors, "encoder.embed_tokens.weight");
        Tensor image = Conversion.need(tensors, "decoder.embed_tokens.weight");
        int width = text.size(1);
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("model_type", "dallebart");
        config.put("d_model", width);
        config.put("encoder_layers", count(tensors, "encoder.layers."));
        config.put("decoder_layers", count(tensors, "decoder.layers."));
        config.put("encoder_attention_heads", Math.max(1, width / HEAD_WIDTH));
        config.put("decoder_attention_heads", Math.max(1, width / HEAD_WIDTH));
        config.put("encoder_ffn_dim", gluWidth(tensors, "encoder"));
        config.put("decoder_ffn_dim", gluWidth(tensors, "decoder"));
        config.put("encoder_vocab_size", text.size(0));
        config.put("image_vocab_size", image.size(0) - 1);
        config.put(
                "image_length",
                Conversion.need(tensors, "decoder.embed_positions.weight").size(0));
        config.put(
                "max_text_length",
                Conversion.need(tensors, "encoder.embed_positions.weight").size(0));
        config.put(
                "decoder_start_token_id",
                Conversion.need(tensors, "detokenizer.embedding.weight").size(0));
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
        int side = (int) Math.sqrt(
                Conversion.need(tensors, "decoder.embed_positions.weight").size(0));
        int channels = Conversion.need(tensors, at + "conv_out.weight").size(1);
        List<Integer> multiples = new ArrayList<>();
        TreeSet<Integer> attended = new TreeSet<>();
        for (int i = 0; i < levels; i++) {
            Tensor first = Conversion.need(tensors, at + "up." + i + ".block.0.conv1.weight");
            multiples.add(first.size(0) / channels);
            if (tensors.containsKey(at + "up." + i + ".attn.0.q.weight")) {
                attended.add(side << levels - 1 - i);
            }
        }
        Tensor codes = Conversion.need(tensors, "detokenizer.embedding.weight");
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("n_embed", codes.size(0));
        config.put("embed_dim", codes.size(1));
        config.put(
                "z_channels",
                Conversion.need(tensors, "detokenizer.post_quant_conv.weight").size(0));
        config.put("ch", channels);
        config.put("ch_mult", multiples);
        config.put("num_res_blocks", count(tensors, at + "up.0.block.") - 1);
        config.put("attn_resolutions", List.copyOf(attended));
        config.put("resolution", side << levels - 1);
        config.put("norm_eps", epsilon);
        config.put("norm_groups", 32);
        return config;
    }

    private static int gluWidth(SortedMap<String, Tensor> tensors, String part) throws ConversionException {
        return Conversion.need(tensors, part + ".layers.0.glu.fc0.weight").size(0);
    }

    /** Returns how many numbers from 0 on follow a prefix in the names. */
    private static int count(SortedMap<String, Tensor> tensors, String prefix) {
        return (int) IntStream.iterate(0, i -> i + 1)
                .takeWhile(
                        i -> !tensors.subMap(prefix + i + ".", prefix + i + "/").isEmpty())
                .count();
    }
}
