package dev.sensorium.server.rpc;

import dev.sensorium.server.cache.Embedded;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Scores a match by embeddings: first of the contents, then of the prompts; those of one text are averaged. */
final class EmbeddingScorer implements OrderedWindow.Sink<Embedded> {

    private final MatchCall match;
    private final List<float[]> contents = new ArrayList<>();
    private final List<float[]> texts = new ArrayList<>();

    /** The prompts of the text that is next. */
    private final List<float[]> prompts = new ArrayList<>();

    EmbeddingScorer(MatchCall match) {
        this.match = match;
    }

    void start(Toolbox tools) {
        OrderedWindow<Embedded> window = match.call().keep(tools.window(match.call(), this));
        match.contents().forEach(content -> window.add(() -> match.session().embed(content)));
        for (int i = 0; i < match.texts() * match.promptsPerText(); i++) {
            int prompt = i;
            window.add(() -> match.session().embed(match.prompt(prompt)));
        }
        window.pump();
    }

    @Override
    public void deliver(CompletableFuture<Embedded> done) {
        boolean isContent = contents.size() < match.contents().size();
        try {
            float[] vector = match.session().counted(done.join());
            if (isContent) {
                contents.add(vector);
            } else {
                addPrompt(vector);
            }
        } catch (CompletionException e) {
            String field = isContent
                    ? match.contentField(contents.size())
                    : match.textField(texts.size() * match.promptsPerText());
            match.call().fail(Errors.at(field, e));
        }
    }

    private void addPrompt(float[] vector) {
        prompts.add(vector);
        if (prompts.size() == match.promptsPerText()) {
            texts.add(match.hasTemplates() ? Scores.meanOfUnits(prompts) : vector);
            prompts.clear();
        }
    }

    @Override
    public void settled() {
        if (texts.size() == match.texts()) {
            match.answer(match.head().score(contents, texts));
        }
    }
}
