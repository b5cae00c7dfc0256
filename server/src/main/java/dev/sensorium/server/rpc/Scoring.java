package dev.sensorium.server.rpc;

import dev.sensorium.server.schedule.Head;
import dev.sensorium.spi.Content;
import dev.sensorium.spi.Text;
import java.util.List;

/** M contents that are to be scored against N texts in a call, and where the scores go. */
interface Scoring {

    /** Has the contents scored as the model can, in the steps of the call. */
    static void start(Scoring scoring, Toolbox tools) {
        if (scoring.head().scoresEmbeddings()) {
            new EmbeddingScorer(scoring).start(tools);
        } else {
            new QuestionScorer(scoring, tools.maxTexts()).start(tools);
        }
    }

    Call<?> call();

    Session session();

    Head head();

    List<Content> contents();

    /** Returns N, the number of texts. */
    int texts();

    /** Returns T, the number of prompts per text. */
    int promptsPerText();

    /** Returns whether texts become prompts; if not, a text is its own prompt. */
    boolean hasTemplates();

    /** Returns one of the N * T prompts, those of a text side by side. */
    Text prompt(int index);

    /** Returns the field of a content. */
    String contentField(int index);

    /** Returns the field of the text behind a prompt. */
    String textField(int prompt);

    /** Takes the model's logits, (M, N). */
    void answer(float[][] logits);
}
