package dev.sensorium.testkit.echo;

import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Generator.Candidate;
import dev.sensorium.spi.Generator.Delta;
import dev.sensorium.spi.Generator.End;
import dev.sensorium.spi.Generator.FinishReason;
import dev.sensorium.spi.Generator.Likelihood;
import dev.sensorium.spi.Generator.Started;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.Generator.Usage;
import dev.sensorium.spi.Video;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** The steps in which words are said, made as they are asked for. */
final class EchoSentence implements Iterator<Step> {

    private final List<String> words;
    private final Decoding decoding;
    private final Usage prompt;
    private final List<Video.Sample> videos;
    private final String poison;

    /** Whether a space is due before the first word. */
    private final boolean goesOn;

    /**
     * What comes before the words.
     *
     * @param usage what the prompt takes
     * @param videos what was looked at of its videos
     * @param prefix what the text begins with
     */
    record Prologue(Usage usage, List<Video.Sample> videos, String prefix) {}

    private int said;
    private boolean started;
    private boolean ended;

    EchoSentence(List<String> words, Decoding decoding, Prologue prologue, String poison) {
        this.words = words;
        this.decoding = decoding;
        this.prompt = prologue.usage();
        this.videos = prologue.videos();
        this.poison = poison;
        String prefix = prologue.prefix();
        this.goesOn = !prefix.isEmpty() && !Character.isWhitespace(prefix.charAt(prefix.length() - 1));
    }

    @Override
    public boolean hasNext() {
        return !ended;
    }

    @Override
    public Step next() {
        if (ended) {
            throw new NoSuchElementException();
        }
        if (!started) {
            started = true;
            return new Started(prompt.promptTokens());
        }
        if (said == words.size()) {
            return end(FinishReason.STOP);
        }
        if (said == decoding.length().max()) {
            return end(FinishReason.LENGTH);
        }
        String word = words.get(said);
        return isStop(word) ? end(FinishReason.STOP_SEQUENCE) : say(word);
    }

    private Step say(String word) {
        if (!poison.isEmpty() && word.contains(poison)) {
            throw new IllegalStateException("poisoned");
        }
        String space = said > 0 || goesOn ? " " : "";
        said++;
        return new Delta(space + word, List.of(EchoWords.token(word)), likelihoods(word));
    }

    private Step end(FinishReason reason) {
        ended = true;
        return new End(
                reason,
                new Usage(prompt.promptTokens(), said, prompt.encodedContents(), 0, prompt.reusedTokens()),
                videos);
    }

    private boolean isStop(String word) {
        Decoding.Stop stop = decoding.stop();
        return stop.texts().stream().anyMatch(word::contains) || stop.tokens().contains(EchoWords.token(word));
    }

    private List<Likelihood> likelihoods(String word) {
        if (decoding.logProbabilities() == 0) {
            return List.of();
        }
        return List.of(new Likelihood(-1, List.of(new Candidate(EchoWords.token(word), word, -1))));
    }
}
