package dev.sensorium.kit.image;

import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.Read_packet_Pointer_BytePointer_int;
import org.bytedeco.ffmpeg.avformat.Seek_Pointer_long_int;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** What FFmpeg reads a file through that lies in memory, and nothing but that file. */
final class MemoryInput implements AutoCloseable {

    private static final int BUFFER_BYTES = 1 << 16;
    private static final int SEEK_SET = 0;
    private static final int SEEK_CUR = 1;
    private static final int SEEK_END = 2;

    private final byte[] file;
    private final Read_packet_Pointer_BytePointer_int reading = new Reading();
    private final Seek_Pointer_long_int seeking = new Seeking();
    private final AVIOContext context;
    private int next;

    MemoryInput(byte[] file) {
        this.file = file;
        BytePointer buffer = new BytePointer(avutil.av_malloc(BUFFER_BYTES));
        context = avformat.avio_alloc_context(buffer, BUFFER_BYTES, 0, null, reading, null, seeking);
    }

    AVIOContext context() {
        return context;
    }

    @Override
    public void close() {
        avutil.av_free(context.buffer()); // FFmpeg may have taken another one
        avformat.avio_context_free(context);
        reading.close();
        seeking.close();
    }

    private final class Reading extends Read_packet_Pointer_BytePointer_int {
        @Override
        public int call(Pointer opaque, BytePointer buffer, int size) {
            int count = Math.min(size, file.length - next);
            if (count <= 0) {
                return avutil.AVERROR_EOF();
            }
            buffer.put(file, next, count);
            next += count;
            return count;
        }
    }

    private final class Seeking extends Seek_Pointer_long_int {
        @Override
        public long call(Pointer opaque, long offset, int whence) {
            long to =
                    switch (whence & ~avformat.AVSEEK_FORCE) {
                        case SEEK_SET -> offset;
                        case SEEK_CUR -> next + offset;
                        case SEEK_END -> file.length + offset;
                        default -> -1; // AVSEEK_SIZE among others
                    };
            if (whence == avformat.AVSEEK_SIZE) {
                return file.length;
            }
            if (to < 0 || to > file.length) {
                return -1;
            }
            next = (int) to;
            return to;
        }
    }
}
