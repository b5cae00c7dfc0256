package dev.sensorium.plugin.flamingo;

/**
 * A prompt on its way into one text, in which pictures are tokens: "&lt;fake&gt;&lt;image&gt;&lt;fake&gt;", those side by
 * side with one token between them (transformers' {@code IdeficsProcessor}).
 */
final class PromptText {

    private static final String USER = "User:";
    private static final String MODEL = "Assistant:";

    private final StringBuilder text;
    private final String endOfTurn;
    private boolean afterPicture;
    private boolean spaced;

    /**
     * Begins a prompt.
     *
     * @param conversational whether turns end with a token, and not with the line alone
     */
    PromptText(String begin, boolean conversational) {
        this.text = new StringBuilder(begin);
        this.endOfTurn = conversational ? SpecialTokens.END_OF_TURN : "";
    }

    /** Adds a picture. */
    void picture() {
        text.append(afterPicture ? "" : SpecialTokens.FAKE)
                .append(SpecialTokens.IMAGE)
                .append(SpecialTokens.FAKE);
        afterPicture = true;
        spaced = false;
    }

    /** Adds a text, without the spaces round it. */
    void text(String value) {
        int from = 0;
        int to = value.length();
        while (from < to && value.charAt(from) == ' ') {
            from++;
        }
        while (to > from && value.charAt(to - 1) == ' ') {
            to--;
        }
        text.append(spaced ? " " : "").append(value, from, to);
        afterPicture = false;
    }

    /** Adds the beginning of what is to be generated, after a space where it follows a text. */
    void beginning(String value) {
        spaced |= !afterPicture;
        text(value);
    }

    /** Begins the user's turn; the texts of turns have spaces between them. */
    void user() {
        turn(USER);
    }

    /** Begins the model's turn, after another's. */
    void model() {
        turn(MODEL);
    }

    /** Ends a turn. */
    void end() {
        text.append(endOfTurn).append('\n');
        afterPicture = false;
    }

    @Override
    public String toString() {
        return text.toString();
    }

    private void turn(String role) {
        text.append(role);
        spaced = true;
    }
}
