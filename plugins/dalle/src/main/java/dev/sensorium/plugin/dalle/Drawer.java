package dev.sensorium.plugin.dalle;

import dev.sensorium.kit.decode.LoopOptions;
import dev.sensorium.kit.decode.Opening;
import dev.sensorium.kit.decode.Search;
import dev.sensorium.kit.decode.Searches;
import dev.sensorium.kit.decode.TokenLoop;
import dev.sensorium.kit.nn.Network;
import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.ImageGenerator.Drawing;
import dev.sensorium.spi.Steps;
import java.util.List;
import java.util.OptionalLong;

/** The decoder of a model at work: it draws the codes of pictures. */
final class Drawer implements AutoCloseable {

    private final DalleConfig config;
    private final PromptSource nothing;
    private final TokenLoop loop;

    private Drawer(DalleConfig config, PromptSource nothing, TokenLoop loop) {
        this.config = config;
        this.nothing = nothing;
        this.loop = loop;
    }

    /**
     * Starts a drawer.
     *
     * @param nothing the tokens of no prompt
     * @param network must stay open until this is closed
     */
    static Drawer start(DalleConfig config, int[] nothing, Network network, DalleGraph graph, LoopOptions options) {
        TokenLoop loop = TokenLoop.start(network, graph.decoder(), new PromptEncoder(network, graph), options);
        return new Drawer(config, PromptSource.of(nothing), loop);
    }

    /**
     * Starts to draw. Under guidance, each code is chosen by what follows the prompt and what follows none: min-dalle's
     * super-conditioning, u + guidance·(c - u).
     *
     * @param ids the prompt's tokens
     */
    Steps<Drawn> draw(int[] ids, Drawing drawing) {
        int count = config.codes().length();
        Opening prompt = opening(PromptSource.of(ids));
        Search search =
                Searches.counted(strategy(drawing), config.vqgan().codebook().size(), count);
        if (drawing.guidance() == 1) {
            return loop.generate(List.of(prompt), search, count, new Drawn.Codes());
        }
        Search guided = Searches.guided(search, drawing.guidance());
        return loop.generate(List.of(prompt, opening(nothing)), guided, count, new Drawn.Codes());
    }

    @Override
    public void close() {
        loop.close();
    }

    private Opening opening(PromptSource source) {
        return new Opening(new int[] {config.codes().start()}, source);
    }

    private static Decoding.Strategy strategy(Drawing drawing) {
        return drawing.temperature() == 0 || drawing.topK() == 1
                ? new Decoding.Greedy()
                : new Decoding.Sample(drawing.temperature(), drawing.topK(), 1, 0, OptionalLong.of(drawing.seed()));
    }
}
