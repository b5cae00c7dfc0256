package dev.sensorium.server.rpc;

import dev.sensorium.server.cache.Embedded;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Scores a match by embeddings: first of the contents, then of the prompts; those of one text are averaged. */
final class EmbeddingScorer implements OrderedWindow.Sink<Embedded> {

    private final Scoring scoring;
    private final List<float[]> contents = new ArrayList<>();
    private final List<float[]> texts = new ArrayList<>();

    /** The prompts of the text that is next. */
    private final List<float[]> prompts = new ArrayList<>();

    EmbeddingScorer(Scoring scoring) {
        this.scoring = scoring;
    }

    void start(Toolbox tools) {
        OrderedWindow<Embedded> window = scoring.call().keep(tools.window(scoring.call(), this));
        scoring.contents().forEach(content -> window.add(() -> scoring.session().embed(content)));
        for (int i = 0; i < scoring.texts() * scoring.promptsPerText(); i++) {
            int prompt = i;
            window.add(() -> scoring.session().embed(scoring.prompt(prompt)));
        }
        window.pump();
    }

    @Override
    public void deliver(CompletableFuture<Embedded> done) {
        boolean isContent = contents.size() < scoring.contents().size();
        try {
            float[] vector = scoring.session().counted(done.join()).vector();
            if (isContent) {
                contents.add(vector);
            } else {
                addPrompt(vector);
            }
        } catch (CompletionException e) {
            String field = isContent
                    ? scoring.contentField(contents.size())
                    : scoring.textField(texts.size() * scoring.promptsPerText());
            scoring.call().fail(Errors.at(field, e));
        }
    }

    private void addPrompt(float[] vector) {
        prompts.add(vector);
        if (prompts.size() == scoring.promptsPerText()) {
            texts.add(scoring.hasTemplates() ? Scores.meanOfUnits(prompts) : vector);
            prompts.clear();
        }
    }

    @Override
    public void settled() {
        if (texts.size() == scoring.texts()) {
            scoring.answer(scoring.head().score(contents, texts));
        }
    }
}
