package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.EmbedRequest;
import dev.sensorium.proto.v1.EmbedResponse;
import dev.sensorium.server.cache.Embedded;
import dev.sensorium.spi.Content;
import dev.sensorium.spi.Embedder;
import dev.sensorium.spi.Modality;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A call of Embed: all contents or none. */
final class EmbedCall implements OrderedWindow.Sink<Embedded> {

    private final Call<EmbedResponse> call;
    private final EmbedRequest request;
    private final Session session;
    private final EmbedResponse.Builder response = EmbedResponse.newBuilder();

    private EmbedCall(Call<EmbedResponse> call, EmbedRequest request, Session session) {
        this.call = call;
        this.request = request;
        this.session = session;
    }

    static void start(Toolbox tools, Call<EmbedResponse> call, EmbedRequest request) {
        Violations violations = new Violations();
        List<Content> contents = tools.contents(request.getContentsList(), violations);
        violations.raise(Violations.INVALID_REQUEST);
        Session session = call.keep(tools.session(request.getModel(), Embedder.class, request.getOptions()));
        EmbedCall embed = new EmbedCall(call, request, session);
        embed.requireModalities(contents);
        OrderedWindow<Embedded> window = call.keep(tools.window(call, embed));
        contents.forEach(content -> window.add(() -> session.embed(content)));
        window.pump();
    }

    private void requireModalities(List<Content> contents) {
        Violations violations = new Violations();
        Set<Modality> taken = session.model().embedder().modalities();
        for (int i = 0; i < contents.size(); i++) {
            Session.require(taken, contents.get(i).modality(), "contents[%d]".formatted(i), violations);
        }
        violations.raise(Violations.UNSUPPORTED_MODALITY);
    }

    @Override
    public void deliver(CompletableFuture<Embedded> done) {
        int index = response.getEmbeddingsCount();
        try {
            response.addEmbeddings(Wire.embedding(session.counted(done.join())));
        } catch (CompletionException e) {
            String path = "contents[%d]".formatted(index);
            call.fail(Errors.at(ContentReader.field(request.getContents(index), path), e));
        }
    }

    @Override
    public void settled() {
        if (response.getEmbeddingsCount() == request.getContentsCount()) {
            call.answer(response.setStats(session.stats()).build());
        }
    }
}
