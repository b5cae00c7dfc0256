package dev.sensorium.plugin.blip;

import dev.sensorium.kit.decode.Opening;
import dev.sensorium.kit.decode.Place;
import dev.sensorium.kit.decode.Search;
import dev.sensorium.kit.decode.Searches;
import dev.sensorium.kit.decode.TextOutput;
import dev.sensorium.kit.decode.TokenLoop;
import dev.sensorium.kit.decode.TokenizerCodec;
import dev.sensorium.kit.decode.Vocabulary;
import dev.sensorium.kit.nn.Network;
import dev.sensorium.plugin.blip.Prompts.Beginning;
import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Generator.Score;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The decoder of a model at work: it writes texts, and says how likely it would have written others. */
final class Writer implements AutoCloseable {

    private final BlipConfig.Text config;
    private final Readers readers;
    private final Network network;
    private final TokenLoop loop;
    private final Vocabulary vocabulary;

    Writer(BlipConfig.Text config, Readers readers, Network network, TokenLoop loop) {
        this.config = config;
        this.readers = readers;
        this.network = network;
        this.loop = loop;
        this.vocabulary = Vocabulary.of(
                config.vocabulary(),
                new TokenizerCodec(readers.texts().tokenizer()),
                Set.of(config.tokens().end()),
                Set.of());
    }

    /** Starts to write. */
    Steps<Step> write(Beginning beginning, Decoding decoding) {
        int[] ids = beginning.ids();
        int max = decoding.length().max();
        Opening opening = opening(beginning);
        opening.requireRoom("max_tokens", max, config.context());
        Search search = Searches.of(decoding, vocabulary, ids);
        TextOutput output = TextOutput.of(vocabulary, decoding, Arrays.copyOfRange(ids, 1, ids.length));
        return loop.generate(List.of(opening), search, max, output);
    }

    /** Starts to score texts as its own. */
    Steps<Score> score(Beginning beginning, List<Text> continuations, PrepareOptions options) {
        Opening opening = opening(beginning);
        List<int[]> tokens = new ArrayList<>();
        for (int i = 0; i < continuations.size(); i++) {
            Text text = continuations.get(i);
            tokens.add(Place.named("continuations", i, () -> tokens(text, opening, options)));
        }
        return loop.score(opening, tokens);
    }

    /** Returns the bytes that are kept of prompts for others that begin with the same. */
    long keptBytes() {
        return loop.status().keptBytes();
    }

    @Override
    public void close() {
        loop.close();
        network.close();
        readers.close();
    }

    private static Opening opening(Beginning beginning) {
        return new Opening(beginning.ids(), beginning.source());
    }

    /** Returns the tokens of a text, and the one that ends it. */
    private int[] tokens(Text text, Opening opening, PrepareOptions options) {
        int[] ids = readers.texts().ids(text, options);
        int[] tokens = Arrays.copyOfRange(ids, 1, ids.length);
        tokens[tokens.length - 1] = config.tokens().end();
        opening.requireRoom("tokens", tokens.length, config.context());
        return tokens;
    }
}
