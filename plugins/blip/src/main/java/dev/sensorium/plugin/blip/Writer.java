package dev.sensorium.plugin.blip;

import dev.sensorium.kit.decode.Opening;
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
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
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
        requireRoom("max_tokens", max, ids);
        Search search = Searches.of(decoding, vocabulary, ids);
        TextOutput output = TextOutput.of(vocabulary, decoding, Arrays.copyOfRange(ids, 1, ids.length));
        return loop.generate(List.of(opening(beginning)), search, max, output);
    }

    /** Starts to score texts as its own. */
    Steps<Score> score(Beginning beginning, List<Text> continuations, PrepareOptions options) {
        List<int[]> tokens = new ArrayList<>();
        for (int i = 0; i < continuations.size(); i++) {
            Text text = continuations.get(i);
            tokens.add(Place.named("continuations", i, () -> tokens(text, beginning.ids(), options)));
        }
        return loop.score(opening(beginning), tokens);
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
    private int[] tokens(Text text, int[] before, PrepareOptions options) {
        int[] ids = readers.texts().ids(text, options);
        int[] tokens = Arrays.copyOfRange(ids, 1, ids.length);
        tokens[tokens.length - 1] = config.tokens().end();
        requireRoom("tokens", tokens.length, before);
        return tokens;
    }

    /** Requires that the context has room for so many more tokens, of which the last is not read. */
    private void requireRoom(String what, int count, int[] before) {
        int room = config.context() - before.length + 1;
        if (count > room) {
            throw new ModelException(
                    Reason.TOO_LONG,
                    "%s: %d (expected: <= %d, by a context of %d and a prompt of %d)"
                            .formatted(what, count, room, config.context(), before.length));
        }
    }
}
