package dev.sensorium.kit.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * An MP4 or WebM file whose headers have been read, but not its pictures: nothing was allocated for them yet. FFmpeg reads
 * it, from memory alone and by the reader of its format, so that nothing in it can name another file. It is read once, by
 * {@link #times} or by {@link #decode}: not every file can be wound back.
 */
final class MovieFile implements AutoCloseable {

    /** The codecs of the web, which FFmpeg decodes itself. */
    private static final Map<Integer, String> CODECS = Map.of(
            avcodec.AV_CODEC_ID_H264, "H.264",
            avcodec.AV_CODEC_ID_HEVC, "H.265",
            avcodec.AV_CODEC_ID_VP8, "VP8",
            avcodec.AV_CODEC_ID_VP9, "VP9",
            avcodec.AV_CODEC_ID_AV1, "AV1");

    /** How far the last picture may be from the end that the file says. */
    private static final double SLACK_SECONDS = 0.5;

    private final MemoryInput input;
    private final AVFormatContext context;
    private final AVStream stream;

    private MovieFile(MemoryInput input, AVFormatContext context, AVStream stream) {
        this.input = input;
        this.context = context;
        this.stream = stream;
    }

    static MovieFile open(byte[] file, MovieFormat format) throws BrokenPictureException {
        avutil.av_log_set_level(avutil.AV_LOG_QUIET);
        MemoryInput input = new MemoryInput(file);
        AVFormatContext context = avformat.avformat_alloc_context();
        context.pb(input.context());
        context.flags(context.flags() | AVFormatContext.AVFMT_FLAG_CUSTOM_IO);
        int code = avformat.avformat_open_input(
                context, (String) null, avformat.av_find_input_format(format.demuxer()), (AVDictionary) null);
        if (code < 0) { // and then the context is gone
            input.close();
            throw new BrokenPictureException("its headers cannot be read");
        }
        int best = avformat.av_find_best_stream(context, avutil.AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0);
        if (best < 0) {
            avformat.avformat_close_input(context);
            input.close();
            throw new BrokenPictureException("no pictures (expected: a video)");
        }
        MovieFile movie = new MovieFile(input, context, context.streams(best));
        if (!CODECS.containsKey(movie.stream.codecpar().codec_id())) {
            String codec =
                    avcodec.avcodec_get_name(movie.stream.codecpar().codec_id()).getString();
            movie.close();
            throw new BrokenPictureException("codec %s (expected: one of %s)"
                    .formatted(codec, CODECS.values().stream().sorted().toList()));
        }
        return movie;
    }

    int width() {
        return stream.codecpar().width();
    }

    int height() {
        return stream.codecpar().height();
    }

    /** Returns how long it is; 0 if the file does not say. */
    double seconds() {
        double whole = context.duration() / (double) avutil.AV_TIME_BASE;
        double video = stream.duration() * avutil.av_q2d(stream.time_base());
        return Math.max(0, Math.max(whole, video)); // what is not known is far below 0
    }

    /**
     * Returns when the pictures that the file holds are shown, without decoding them; a few may be there that are not.
     *
     * @throws BrokenPictureException if there are none, or the file ends before it should
     */
    FrameTimes times() throws BrokenPictureException {
        double tick = avutil.av_q2d(stream.time_base());
        List<Double> starts = new ArrayList<>();
        double[] end = new double[1];
        forEachPacket(packet -> {
            long start = packet.pts() == avutil.AV_NOPTS_VALUE ? packet.dts() : packet.pts();
            double seconds = start == avutil.AV_NOPTS_VALUE ? end[0] : start * tick;
            starts.add(seconds);
            end[0] = Math.max(end[0], seconds + packet.duration() * tick);
        });
        if (starts.isEmpty()) {
            throw new BrokenPictureException("0 frames (expected: >= 1)");
        }
        if (starts.size() < stream.nb_frames()) {
            throw new BrokenPictureException(
                    "ends after %d frames (expected: %d)".formatted(starts.size(), stream.nb_frames()));
        }
        if (end[0] + SLACK_SECONDS < seconds()) {
            throw new BrokenPictureException(
                    String.format(Locale.ROOT, "ends after %.1f s (expected: %.1f s)", end[0], seconds()));
        }
        return FrameTimes.of(starts, end[0]);
    }

    /**
     * Decodes the pictures of these ascending indices, in the order in which they are shown.
     */
    MovieDecoder.Shown decode(List<Integer> indices) throws BrokenPictureException {
        try (MovieDecoder decoder = MovieDecoder.open(stream, indices)) {
            forEachPacket(decoder::decode);
            decoder.finish();
            return decoder.shown();
        }
    }

    /** Has a consumer take every packet of the video. */
    private void forEachPacket(Consumer<AVPacket> consumer) {
        AVPacket packet = avcodec.av_packet_alloc();
        try {
            while (avformat.av_read_frame(context, packet) >= 0) {
                if (packet.stream_index() == stream.index()) {
                    consumer.accept(packet);
                }
                avcodec.av_packet_unref(packet);
            }
        } finally {
            avcodec.av_packet_free(packet);
        }
    }

    @Override
    public void close() {
        avformat.avformat_close_input(context);
        input.close();
    }
}
