package dev.sensorium.kit.decode;

import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Generator.End;
import dev.sensorium.spi.Generator.FinishReason;
import dev.sensorium.spi.Generator.Started;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.Generator.Usage;
import dev.sensorium.spi.Video;
import java.util.List;

/** Tokens as the text that they make, in the steps of a {@link dev.sensorium.spi.Generator}. */
public final class TextOutput implements Output<Step> {

    private final TextStream text;
    private final List<Video.Sample> videos;

    private TextOutput(TextStream text, List<Video.Sample> videos) {
        this.text = text;
        this.videos = List.copyOf(videos);
    }

    /**
     * Begins the text of a request.
     *
     * @param before the tokens that the text goes on from, as {@link TextStream#of} has it
     */
    public static TextOutput of(Vocabulary vocabulary, Decoding decoding, int... before) {
        return new TextOutput(TextStream.of(vocabulary, decoding, before), List.of());
    }

    /** Returns this output for a prompt with videos, which tells at its end what of each was looked at. */
    public TextOutput watching(List<Video.Sample> samples) {
        return new TextOutput(text, samples);
    }

    @Override
    public Step started(int promptTokens) {
        return new Started(promptTokens);
    }

    @Override
    public Step next(Move move) {
        return text.next(move);
    }

    @Override
    public boolean stopped() {
        return text.stopped();
    }

    @Override
    public Step end(FinishReason reason, Usage usage) {
        return new End(reason, usage, videos);
    }
}
