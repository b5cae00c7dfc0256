package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.GenerateImageRequest;
import dev.sensorium.proto.v1.GenerateImageResponse;
import dev.sensorium.server.ServiceException;
import dev.sensorium.server.registry.Lease;
import dev.sensorium.server.schedule.Caller;
import dev.sensorium.server.schedule.QueuedImageGenerator;
import dev.sensorium.spi.ImageGenerator.Drawing;
import dev.sensorium.spi.Text;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A call of GenerateImage: draws its pictures side by side, and sends what there is to tell of them when the client has
 * room. What it has no room for is told anew or not at all, except finished pictures, which wait in the gallery.
 */
final class GenerateImageCall implements AutoCloseable {

    private final ImageTools tools;
    private final Call<GenerateImageResponse> call;
    private final List<Sketch> sketches = new ArrayList<>();
    private @Nullable Gallery gallery;
    private @Nullable Future<?> idle;

    /** Whose news are told next, so that all pictures get their share of a slow connection. */
    private int turn;

    private GenerateImageCall(ImageTools tools, Call<GenerateImageResponse> call) {
        this.tools = tools;
        this.call = call;
    }

    static void start(
            ImageTools tools,
            Call<GenerateImageResponse> call,
            ServerCallStreamObserver<GenerateImageResponse> flow,
            GenerateImageRequest request) {
        GenerateImageCall drawing = new GenerateImageCall(tools, call);
        flow.setOnReadyHandler(drawing::wake);
        call.step(() -> {
            call.keep(drawing);
            drawing.begin(request);
        });
    }

    private void begin(GenerateImageRequest request) {
        Text prompt = tools.prompt(request);
        Lease lease = call.keep(tools.lease(request.getModel()));
        Optional<Ranking> ranking = tools.ranking(call, request, prompt);
        long seed = tools.seed(request.getDrawing());
        gallery = new Gallery(lease.served().id().toString(), seed, sketches, ranking, this::wake);
        QueuedImageGenerator generator = lease.served().imageGenerator();
        Drawing drawing = DrawingReader.over(generator.defaultDrawing(), request);
        Caller caller = new Caller();
        for (int i = 0; i < DrawingReader.count(request); i++) {
            var picture = generator.draw(caller, prompt, drawing.seeded(seed + i), Wire.prepareOptions(request));
            sketches.add(call.keep(new Sketch(i, picture, generator::pull, this::wake)));
        }
        sketches.forEach(Sketch::follow);
    }

    /** Is told, by any thread, that there may be something to do. */
    private void wake() {
        call.step(this::pump);
    }

    /** Sends what can be sent; it is called again when there is more. */
    private void pump() {
        Gallery pictures = gallery;
        if (pictures == null || call.isOver()) {
            return;
        }
        pictures.collect();
        while (call.isReady()) {
            stopIdling();
            Optional<GenerateImageResponse> response = pictures.next();
            if (response.isEmpty() && pictures.hasBegun()) {
                response = news();
            }
            if (response.isEmpty()) {
                return;
            }
            call.send(response.get());
            if (response.get().hasFinished()) {
                call.complete();
                return;
            }
        }
        if (idle == null) {
            idle = tools.whenIdle(() -> call.step(this::cutOff));
        }
    }

    /** Takes what is to be told of a picture that is not sent, each in its turn. */
    private Optional<GenerateImageResponse> news() {
        for (int i = 0; i < sketches.size(); i++) {
            Optional<GenerateImageResponse> news =
                    sketches.get((turn + i) % sketches.size()).takeNews();
            if (news.isPresent()) {
                turn += i + 1;
                return news;
            }
        }
        return Optional.empty();
    }

    private void cutOff() {
        if (idle != null && !call.isReady()) {
            throw new ServiceException(Status.Code.ABORTED, "READER_IDLE", "the client has read nothing for too long");
        }
    }

    private void stopIdling() {
        if (idle != null) {
            idle.cancel(false);
            idle = null;
        }
    }

    /** The call is over. */
    @Override
    public void close() {
        stopIdling();
    }
}
