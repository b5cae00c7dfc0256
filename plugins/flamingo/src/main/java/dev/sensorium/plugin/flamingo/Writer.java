package dev.sensorium.plugin.flamingo;

import dev.sensorium.kit.decode.Opening;
import dev.sensorium.kit.decode.Place;
import dev.sensorium.kit.decode.Search;
import dev.sensorium.kit.decode.Searches;
import dev.sensorium.kit.decode.TextOutput;
import dev.sensorium.kit.decode.TokenLoop;
import dev.sensorium.kit.decode.TokenizerCodec;
import dev.sensorium.kit.decode.Vocabulary;
import dev.sensorium.kit.nn.Network;
import dev.sensorium.plugin.flamingo.PromptReader.Beginning;
import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Generator.Score;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The decoder of a model at work: it writes texts, and says how likely it would have written others. */
final class Writer implements AutoCloseable {

    private final int context;
    private final Readers readers;
    private final Network network;
    private final TokenLoop loop;
    private final Vocabulary vocabulary;
    private final int end;

    Writer(FlamingoConfig.Text config, Readers readers, Network network, TokenLoop loop) {
        this.context = config.context();
        this.readers = readers;
        this.network = network;
        this.loop = loop;
        SpecialTokens tokens = readers.tokens();
        Set<Integer> ends = new TreeSet<>(Set.of(tokens.end()));
        tokens.endOfTurn().ifPresent(ends::add);
        this.end = tokens.endOfTurn().orElse(tokens.end());
        this.vocabulary = Vocabulary.of(
                config.vocabulary(),
                new TokenizerCodec(readers.texts().tokenizer()),
                ends,
                Set.of(tokens.image(), tokens.fake()));
    }

    /** Starts to write. */
    Steps<Step> write(Beginning beginning, Decoding decoding) {
        int[] ids = beginning.opening().ids();
        int max = decoding.length().max();
        beginning.opening().requireRoom("max_tokens", max, context);
        Search search = Searches.of(decoding, vocabulary, ids);
        TextOutput output =
                TextOutput.of(vocabulary, decoding, beginning.before()).watching(beginning.videos());
        return loop.generate(List.of(beginning.opening()), search, max, output);
    }

    /** Starts to score texts as its own. */
    Steps<Score> score(Beginning beginning, List<Text> continuations) {
        List<int[]> tokens = new ArrayList<>();
        for (int i = 0; i < continuations.size(); i++) {
            Text text = continuations.get(i);
            tokens.add(Place.named("continuations", i, () -> tokens(text, beginning.opening())));
        }
        return loop.score(beginning.opening(), tokens);
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

    /** Returns the tokens of a text, and the one that ends it. */
    private int[] tokens(Text text, Opening opening) {
        int[] ids = readers.ids(readers.text(text));
        int[] tokens = Arrays.copyOf(ids, ids.length + 1);
        tokens[ids.length] = end;
        opening.requireRoom("tokens", tokens.length, context);
        return tokens;
    }
}
