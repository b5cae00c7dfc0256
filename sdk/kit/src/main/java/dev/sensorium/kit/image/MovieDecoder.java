package dev.sensorium.kit.image;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/** Makes pictures of a video's packets, of those that are wanted. */
final class MovieDecoder implements AutoCloseable {

    /** What FFmpeg's fastest code may write beyond a row. */
    private static final int PADDING = 64;

    private final AVCodecContext context;
    private final AVFrame frame = avutil.av_frame_alloc();
    private final double tick;
    private final List<Integer> wanted;
    private final List<Pixels> pictures = new ArrayList<>();
    private @Nullable SwsContext scaler;
    private @Nullable String failure;
    private final List<Double> starts = new ArrayList<>();
    private double end;

    /**
     * What was decoded.
     *
     * @param pictures those that are wanted, as far as they are there
     * @param times when those are shown that were looked at: all, if fewer are there than are wanted
     */
    record Shown(List<Pixels> pictures, FrameTimes times) {}

    private MovieDecoder(AVCodecContext context, double tick, List<Integer> wanted) {
        this.context = context;
        this.tick = tick;
        this.wanted = wanted;
    }

    /**
     * Opens a decoder.
     *
     * @param wanted the ascending indices of the pictures to keep, in the order in which they are shown
     */
    static MovieDecoder open(AVStream stream, List<Integer> wanted) throws BrokenPictureException {
        AVCodecParameters parameters = stream.codecpar();
        AVCodec codec = avcodec.avcodec_find_decoder(parameters.codec_id());
        if (codec == null) {
            throw new BrokenPictureException("a codec that this machine's FFmpeg lacks");
        }
        MovieDecoder decoder =
                new MovieDecoder(avcodec.avcodec_alloc_context3(codec), avutil.av_q2d(stream.time_base()), wanted);
        decoder.context.thread_count(1); // calls run side by side already
        if (avcodec.avcodec_parameters_to_context(decoder.context, parameters) < 0
                || avcodec.avcodec_open2(decoder.context, codec, (AVDictionary) null) < 0) {
            decoder.close();
            throw new BrokenPictureException("its codec's parameters cannot be read");
        }
        return decoder;
    }

    /** Takes the next packet. */
    void decode(AVPacket packet) {
        if (failure == null && pictures.size() < wanted.size()) {
            send(packet);
        }
    }

    /** Makes the pictures of which all packets are there, but which wait for others. */
    void finish() throws BrokenPictureException {
        if (failure == null && pictures.size() < wanted.size()) {
            send(null);
        }
        if (failure != null) {
            throw new BrokenPictureException(failure);
        }
    }

    /** Returns what was decoded. */
    Shown shown() {
        return new Shown(List.copyOf(pictures), FrameTimes.of(starts, end));
    }

    private void send(@Nullable AVPacket packet) {
        int code = avcodec.avcodec_send_packet(context, packet);
        while (code >= 0) {
            code = avcodec.avcodec_receive_frame(context, frame);
            if (code >= 0) {
                take();
                avutil.av_frame_unref(frame);
            }
        }
        if (code != avutil.AVERROR_EAGAIN() && code != avutil.AVERROR_EOF()) {
            failure = "frame %d cannot be decoded".formatted(starts.size());
        }
    }

    private void take() {
        if (frame.width() != context.width() || frame.height() != context.height()) {
            failure = "frame %d: %dx%d pixels (expected: %dx%d, as the others)"
                    .formatted(starts.size(), frame.width(), frame.height(), context.width(), context.height());
        } else if (pictures.size() < wanted.size() && wanted.get(pictures.size()) == starts.size()) {
            pictures.add(pixels());
        }
        long start = frame.best_effort_timestamp();
        double seconds = start == avutil.AV_NOPTS_VALUE ? end : start * tick;
        starts.add(seconds);
        end = seconds + frame.duration() * tick;
    }

    private Pixels pixels() {
        int width = frame.width();
        int height = frame.height();
        int stride = (3 * width + PADDING - 1) / PADDING * PADDING;
        byte[] rgb = new byte[3 * width * height];
        try (BytePointer rows = new BytePointer((long) stride * height + PADDING);
                PointerPointer<BytePointer> planes = new PointerPointer<>(rows, null, null, null);
                IntPointer strides = new IntPointer(stride, 0, 0, 0)) { // always as many as a picture can have planes
            swscale.sws_scale(scaler(), frame.data(), frame.linesize(), 0, height, planes, strides);
            for (int y = 0; y < height; y++) {
                rows.position((long) y * stride).get(rgb, 3 * width * y, 3 * width);
            }
            rows.position(0);
        }
        return new Pixels(width, height, rgb);
    }

    /** Returns what makes RGB of the frames, by the colours that the first one says it has. */
    private SwsContext scaler() {
        if (scaler == null) {
            scaler = swscale.sws_getContext(
                    frame.width(),
                    frame.height(),
                    frame.format(),
                    frame.width(),
                    frame.height(),
                    avutil.AV_PIX_FMT_RGB24,
                    swscale.SWS_BICUBIC,
                    null,
                    null,
                    (DoublePointer) null);
            boolean full = frame.color_range() == avutil.AVCOL_RANGE_JPEG;
            IntPointer table = swscale.sws_getCoefficients(frame.colorspace());
            swscale.sws_setColorspaceDetails(scaler, table, full ? 1 : 0, table, 1, 0, 1 << 16, 1 << 16);
        }
        return scaler;
    }

    @Override
    public void close() {
        if (scaler != null) {
            swscale.sws_freeContext(scaler);
        }
        avutil.av_frame_free(frame);
        avcodec.avcodec_free_context(context);
    }
}
