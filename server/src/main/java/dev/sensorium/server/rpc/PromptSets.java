package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.PromptTemplates;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The prompt templates that a request can name, read once from the resources, and those that it brings along. */
final class PromptSets {

    private static final List<String> NAMES = List.of("clip-imagenet-7", "clip-imagenet-80");
    private static final String PLACE = "{}";
    private static final int MOST = 100;

    private final Map<String, List<String>> sets = new TreeMap<>();

    PromptSets() {
        NAMES.forEach(name -> sets.put(name, lines("/prompts/" + name + ".txt")));
    }

    /**
     * Returns the templates that a request asks for, each with one "{}"; only "{}" itself if it asks for none. What is
     * wrong with them is a violation.
     */
    List<String> templates(PromptTemplates templates, Violations violations) {
        return switch (templates.getSourceCase()) {
            case NAME -> named(templates.getName(), violations);
            case LIST -> listed(templates.getList().getTemplatesList(), violations);
            case SOURCE_NOT_SET -> {
                violations.add("prompt_templates", "no source is set (expected: name or list)");
                yield List.of();
            }
        };
    }

    /** Returns a text's prompts. */
    static String prompt(String template, String text) {
        return template.replace(PLACE, text);
    }

    private List<String> named(String name, Violations violations) {
        List<String> set = sets.get(name);
        if (set == null) {
            violations.add(
                    "prompt_templates.name",
                    "%s (expected: %s)".formatted(Violations.quoted(name), String.join(" or ", sets.keySet())));
            return List.of();
        }
        return set;
    }

    private static List<String> listed(List<String> templates, Violations violations) {
        if (templates.isEmpty() || templates.size() > MOST) {
            violations.add(
                    "prompt_templates.list.templates",
                    "%d templates (expected: 1 to %d)".formatted(templates.size(), MOST));
            return List.of();
        }
        for (int i = 0; i < templates.size(); i++) {
            if (places(templates.get(i)) != 1) {
                violations.add(
                        "prompt_templates.list.templates[%d]".formatted(i),
                        "%s (expected: exactly one \"{}\")".formatted(Violations.quoted(templates.get(i))));
            }
        }
        return templates;
    }

    private static int places(String template) {
        return template.split("\\{}", -1).length - 1;
    }

    private static List<String> lines(String resource) {
        try (InputStream in = PromptSets.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
