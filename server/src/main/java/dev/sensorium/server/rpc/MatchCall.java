package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.Match;
import dev.sensorium.proto.v1.MatchRequest;
import dev.sensorium.proto.v1.MatchResponse;
import dev.sensorium.server.schedule.Head;
import dev.sensorium.spi.Content;
import dev.sensorium.spi.Matcher;
import dev.sensorium.spi.Matcher.Normalization;
import dev.sensorium.spi.Text;
import java.util.List;
import java.util.Set;

/** A call of Match: reads the question, has it scored as the model can, and answers scores and probabilities. */
final class MatchCall implements Scoring {

    private final Call<MatchResponse> call;
    private final MatchRequest request;
    private final Session session;
    private final Head head;
    private final List<Content> contents;
    private final List<String> templates;

    private MatchCall(
            Call<MatchResponse> call,
            MatchRequest request,
            Session session,
            List<Content> contents,
            List<String> templates) {
        this.call = call;
        this.request = request;
        this.session = session;
        this.head = head(session, request.getHead());
        this.contents = contents;
        this.templates = templates;
    }

    static void start(Toolbox tools, Call<MatchResponse> call, MatchRequest request) {
        Violations violations = new Violations();
        List<Content> contents = tools.contents(request.getContentsList(), violations);
        tools.texts(request.getTextsList(), violations);
        List<String> templates = request.hasPromptTemplates()
                ? tools.prompts().templates(request.getPromptTemplates(), violations)
                : List.of();
        violations.raise(Violations.INVALID_REQUEST);
        Session session = call.keep(tools.session(request.getModel(), Matcher.class, request.getOptions()));
        new MatchCall(call, request, session, contents, templates).score(tools);
    }

    private static Head head(Session session, String name) {
        return session.model().head(name).orElseThrow(() -> {
            Set<String> names = session.model().headNames();
            String expected = names.isEmpty() ? "none, as the model has one way only" : String.join(" or ", names);
            Violations violations = new Violations();
            violations.add("head", "%s (expected: %s)".formatted(Violations.quoted(name), expected));
            return violations.failure(Violations.INVALID_REQUEST);
        });
    }

    private void score(Toolbox tools) {
        Violations violations = new Violations();
        for (int i = 0; i < contents.size(); i++) {
            Session.require(head.matchable(), contents.get(i).modality(), "contents[%d]".formatted(i), violations);
        }
        violations.raise(Violations.UNSUPPORTED_MODALITY);
        Scoring.start(this, tools);
    }

    @Override
    public Call<MatchResponse> call() {
        return call;
    }

    @Override
    public Session session() {
        return session;
    }

    @Override
    public Head head() {
        return head;
    }

    @Override
    public List<Content> contents() {
        return contents;
    }

    @Override
    public int texts() {
        return request.getTextsCount();
    }

    @Override
    public int promptsPerText() {
        return Math.max(1, templates.size());
    }

    @Override
    public boolean hasTemplates() {
        return !templates.isEmpty();
    }

    @Override
    public Text prompt(int index) {
        String text = request.getTexts(index / promptsPerText());
        return new Text(hasTemplates() ? PromptSets.prompt(templates.get(index % templates.size()), text) : text);
    }

    @Override
    public String contentField(int index) {
        return ContentReader.field(request.getContents(index), "contents[%d]".formatted(index));
    }

    @Override
    public String textField(int prompt) {
        return "texts[%d]".formatted(prompt / promptsPerText());
    }

    @Override
    public void answer(float[][] logits) {
        Normalization normalization = head.normalization();
        MatchResponse.Builder response = MatchResponse.newBuilder();
        for (float[] row : Scores.requireFinite(logits)) {
            Match.Builder match = response.addMatchesBuilder();
            for (float score : row) {
                match.addScores(score);
            }
            for (double probability : Scores.probabilities(row, normalization)) {
                match.addProbabilities((float) probability);
            }
        }
        call.answer(response.setStats(session.stats()).build());
    }
}
