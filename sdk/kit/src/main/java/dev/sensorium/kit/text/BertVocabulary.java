package dev.sensorium.kit.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sensorium.kit.checkpoint.HubConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * BERT's WordPiece as its older files have it: {@code vocab.txt}, one token a line in the order of their ids, and what
 * {@code tokenizer_config.json} chooses. The rest is the same for every BERT (Devlin et al. 2019, section 3; the
 * reference is transformers' {@code BertTokenizer}).
 *
 * @param config what is chosen
 * @param tokens the id of every token of the list
 */
record BertVocabulary(HubConfig config, ObjectNode tokens) {

    static final String VOCABULARY = "vocab.txt";

    private static final String CONFIG = "tokenizer_config.json";

    private static final String UNKNOWN = "unk_token";
    private static final String START = "cls_token";
    private static final String END = "sep_token";

    /** The special tokens that every BERT has, by their roles. */
    private static final Map<String, String> ROLES =
            Map.of(UNKNOWN, "[UNK]", START, "[CLS]", END, "[SEP]", "pad_token", "[PAD]", "mask_token", "[MASK]");

    private static final List<String> FURTHER_ROLES = List.of("bos_token", "eos_token");
    private static final List<String> FURTHER_LISTS = List.of("additional_special_tokens", "extra_special_tokens");

    /** Everything but vocabulary, special tokens and normalizer. */
    private static final String FRAME =
            """
            {
              "version": "1.0",
              "pre_tokenizer": {"type": "BertPreTokenizer"},
              "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
              "model": {"type": "WordPiece", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100}
            }""";

    /** Reads {@code vocab.txt} of a checkpoint folder, and {@code tokenizer_config.json} if there is one. */
    static BertVocabulary read(Path folder) {
        ObjectNode tokens = JsonNodeFactory.instance.objectNode();
        int id = 0;
        for (String token :
                TokenizerJson.text(folder.resolve(VOCABULARY)).lines().toList()) {
            tokens.put(token, id);
            id++;
        }
        return new BertVocabulary(HubConfig.readIfPresent(folder, CONFIG), tokens);
    }

    /** Returns the {@code tokenizer.json} that is equal to these files. */
    TokenizerJson tokenizerJson() {
        ObjectNode root = (ObjectNode) TokenizerJson.parse(VOCABULARY, FRAME);
        Map<String, Integer> specials = specials();
        ArrayNode added = root.putArray("added_tokens");
        specials.forEach((token, id) -> added.addObject()
                .put("id", id)
                .put("content", token)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true));
        boolean lowerCase = config.bool("do_lower_case").orElse(true);
        root.putObject("normalizer")
                .put("type", "BertNormalizer")
                .put("clean_text", true)
                .put(
                        "handle_chinese_chars",
                        config.bool("tokenize_chinese_chars").orElse(true))
                .put("strip_accents", config.bool("strip_accents").orElse(lowerCase))
                .put("lowercase", lowerCase);
        putTemplate(root.putObject("post_processor"), specials);
        ((ObjectNode) root.path("model")).put("unk_token", special(UNKNOWN)).set("vocab", tokens);
        return TokenizerJson.of(VOCABULARY, root, root.toString());
    }

    /** Returns the special tokens with their ids; those that are not in the list follow after its end. */
    private Map<String, Integer> specials() {
        List<String> names = new ArrayList<>();
        ROLES.keySet().stream().sorted().map(this::special).forEach(names::add);
        for (String token : names) {
            if (!tokens.has(token)) {
                throw TokenizerJson.invalid("%s: %s is missing".formatted(VOCABULARY, token));
            }
        }
        FURTHER_ROLES.stream().filter(config::has).map(this::special).forEach(names::add);
        for (String list : FURTHER_LISTS) {
            names.addAll(
                    config.hasObject(list) ? List.of() : config.strings(list).orElse(List.of()));
        }
        Map<String, Integer> ids = new LinkedHashMap<>();
        int next = tokens.size();
        for (String token : names) {
            boolean listed = tokens.has(token);
            if (ids.putIfAbsent(token, listed ? tokens.path(token).intValue() : next) == null && !listed) {
                next++;
            }
        }
        return ids;
    }

    /** Returns the token of a role, which older files give as a string and others as an object. */
    private String special(String role) {
        return config.hasObject(role)
                ? config.object(role).string("content").required()
                : config.string(role).orElse(ROLES.getOrDefault(role, ""));
    }

    /** Fills in that start and end are put around a text. */
    private void putTemplate(ObjectNode template, Map<String, Integer> specials) {
        String start = special(START);
        String end = special(END);
        ArrayNode single = template.put("type", "TemplateProcessing").putArray("single");
        single.addObject().putObject("SpecialToken").put("id", start).put("type_id", 0);
        single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
        single.addObject().putObject("SpecialToken").put("id", end).put("type_id", 0);
        template.putArray("pair").addAll(single);
        ObjectNode tokens = template.putObject("special_tokens");
        for (String token : List.of(start, end)) {
            ObjectNode entry = tokens.putObject(token).put("id", token);
            entry.putArray("ids").add(specials.get(token));
            entry.putArray("tokens").add(token);
        }
    }
}
