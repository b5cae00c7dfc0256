package dev.sensorium.plugin.dalle;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The codes of a picture that is being drawn, and what is to be told about it. Used by one thread at a time. */
final class Sheet {

    private final int[] codes;
    private final int promptTokens;
    private final int previewEvery;
    private final Map<String, String> texts;
    private int done;

    private Sheet(int[] codes, int promptTokens, int previewEvery, Map<String, String> texts) {
        this.codes = codes;
        this.promptTokens = promptTokens;
        this.previewEvery = previewEvery;
        this.texts = texts;
    }

    /**
     * Returns an empty sheet.
     *
     * @param size how many codes the picture has
     * @param filler the code that stands for those that are not drawn yet
     * @param promptTokens tokens of the prompt
     * @param previewEvery codes between two previews; 0 for none
     */
    static Sheet of(int size, int filler, int promptTokens, int previewEvery) {
        int[] codes = new int[size];
        Arrays.fill(codes, filler);
        return new Sheet(codes, promptTokens, previewEvery, new LinkedHashMap<>());
    }

    /** Adds a text that the picture's file is to hold. */
    Sheet with(String keyword, String text) {
        texts.put(keyword, text);
        return this;
    }

    /** Takes the next code. */
    void add(int code) {
        codes[done] = code;
        done++;
    }

    /** Returns whether a preview follows the last code. */
    boolean isPreviewDue() {
        return previewEvery > 0 && done % previewEvery == 0 && done < codes.length;
    }

    int done() {
        return done;
    }

    int size() {
        return codes.length;
    }

    int promptTokens() {
        return promptTokens;
    }

    /** Returns all codes, fillers included. */
    int[] codes() {
        return codes.clone();
    }

    Map<String, String> texts() {
        return texts;
    }
}
