package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.ProcessingOptions;
import dev.sensorium.server.ServiceException;
import dev.sensorium.server.schedule.Head;
import dev.sensorium.spi.Content;
import dev.sensorium.spi.Matcher;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.Text;
import java.util.List;
import java.util.function.Consumer;

/** A model that says how well each of a call's pictures goes with its prompt; leased before anything is drawn. */
final class Ranking implements Scoring {

    private static final String FIELD = "rerank_model";

    /** A prompt that can be drawn is not refused in the end because another model reads less of it. */
    private static final ProcessingOptions OPTIONS =
            ProcessingOptions.newBuilder().setTruncateText(true).build();

    private final Toolbox tools;
    private final Call<?> call;
    private final Session session;
    private final Text prompt;
    private List<Content> pictures = List.of();
    private Consumer<float[]> sink = scores -> {};

    private Ranking(Toolbox tools, Call<?> call, Session session, Text prompt) {
        this.tools = tools;
        this.call = call;
        this.session = session;
        this.prompt = prompt;
    }

    /**
     * Leases the model until the call is over.
     *
     * @throws ServiceException if there is no such model, or it cannot match pictures with texts
     */
    static Ranking open(Toolbox tools, Call<?> call, String model, Text prompt) {
        Session session = call.keep(session(tools, model));
        Ranking ranking = new Ranking(tools, call, session, prompt);
        Violations violations = new Violations();
        Session.require(ranking.head().matchable(), Modality.IMAGE, FIELD, violations);
        violations.raise(Violations.UNSUPPORTED_MODALITY);
        return ranking;
    }

    private static Session session(Toolbox tools, String model) {
        try {
            return tools.session(model, Matcher.class, OPTIONS);
        } catch (ServiceException e) {
            throw e.from(FIELD);
        }
    }

    /** Scores the pictures, one score for each; the sink is called in a step of the call. */
    void start(List<? extends Content> drawn, Consumer<float[]> scores) {
        pictures = List.copyOf(drawn);
        sink = scores;
        Scoring.start(this, tools);
    }

    @Override
    public Call<?> call() {
        return call;
    }

    @Override
    public Session session() {
        return session;
    }

    @Override
    public Head head() {
        return session.model().head("").orElseThrow();
    }

    @Override
    public List<Content> contents() {
        return pictures;
    }

    @Override
    public int texts() {
        return 1;
    }

    @Override
    public int promptsPerText() {
        return 1;
    }

    @Override
    public boolean hasTemplates() {
        return false;
    }

    @Override
    public Text prompt(int index) {
        return prompt;
    }

    @Override
    public String contentField(int index) {
        return FIELD;
    }

    @Override
    public String textField(int index) {
        return "prompt";
    }

    @Override
    public void answer(float[][] logits) {
        Scores.requireFinite(logits);
        float[] scores = new float[logits.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = logits[i][0];
        }
        Consumer<float[]> first = sink; // a scorer may say again that it has settled
        sink = again -> {};
        first.accept(scores);
    }
}
