package dev.sensorium.plugin.gato;

import dev.sensorium.kit.decode.Opening;
import dev.sensorium.kit.decode.PictureSource;
import dev.sensorium.kit.decode.Place;
import dev.sensorium.kit.decode.Search;
import dev.sensorium.kit.decode.Searches;
import dev.sensorium.kit.decode.TextOutput;
import dev.sensorium.kit.decode.TokenLoop;
import dev.sensorium.kit.decode.TokenizerCodec;
import dev.sensorium.kit.decode.Vocabulary;
import dev.sensorium.kit.text.Tokenizer;
import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Generator.Score;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Writes about pictures: the prompt is a text, the observation is a picture, and the action is a text. */
final class Describer {

    private final GatoConfig config;
    private final Tokenizer words;
    private final TokenLoop loop;
    private final Vocabulary vocabulary;

    Describer(GatoConfig config, Tokenizer words, TokenLoop loop) {
        this.config = config;
        this.words = words;
        this.loop = loop;
        Layout layout = config.layout();
        this.vocabulary = Vocabulary.of(
                layout.size(),
                new TokenizerCodec(words),
                Set.of(config.texts().end()),
                IntStream.range(layout.textSize(), layout.size()).boxed().toList());
    }

    /**
     * What a text is about and how it begins.
     *
     * @param instruction ids of the text that says what is wanted
     * @param picture what it is about
     * @param prefix ids of its beginning
     */
    @SuppressWarnings("ArrayRecordComponent") // goes straight to the network, never compared
    record Wish(int[] instruction, PictureSource picture, int[] prefix) {

        /** Returns the texts in it, which rules look at. */
        int[] texts() {
            return IntStream.concat(Arrays.stream(instruction), Arrays.stream(prefix))
                    .toArray();
        }
    }

    /** Starts to write. */
    Steps<Step> write(Wish wish, Decoding decoding) {
        Opening opening = opening(wish);
        int max = decoding.length().max();
        opening.requireRoom("max_tokens", max, config.context());
        Search search = Searches.of(decoding, vocabulary, wish.texts());
        return loop.generate(List.of(opening), search, max, TextOutput.of(vocabulary, decoding, wish.prefix()));
    }

    /** Starts to score texts as its own. */
    Steps<Score> score(Wish wish, List<Text> continuations) {
        Opening opening = opening(wish);
        List<int[]> texts = new ArrayList<>();
        for (int i = 0; i < continuations.size(); i++) {
            Text text = continuations.get(i);
            texts.add(Place.named("continuations", i, () -> tokens(text, opening)));
        }
        return loop.score(opening, texts);
    }

    /** Returns the tokens of a text, and the one that ends it. */
    private int[] tokens(Text text, Opening opening) {
        int[] ids = words.encodePlain(text.value());
        int[] tokens = Arrays.copyOf(ids, ids.length + 1);
        tokens[ids.length] = config.texts().end();
        opening.requireRoom("tokens", tokens.length, config.context());
        return tokens;
    }

    private Opening opening(Wish wish) {
        Layout layout = config.layout();
        int patches = wish.picture().length();
        IntStream instruction = Arrays.stream(wish.instruction()).map(id -> layout.at(layout.promptPlace(), id));
        IntStream picture = IntStream.range(0, patches).map(i -> layout.at(i, layout.size() + i));
        IntStream rest = IntStream.concat(IntStream.of(layout.separatorToken()), Arrays.stream(wish.prefix()));
        int[] ids =
                IntStream.concat(IntStream.concat(instruction, picture), rest).toArray();
        if (ids.length > config.context()) {
            throw new ModelException(
                    Reason.TOO_LONG, "prompt: %d tokens (expected: <= %d)".formatted(ids.length, config.context()));
        }
        return new Opening(ids, wish.picture());
    }
}
