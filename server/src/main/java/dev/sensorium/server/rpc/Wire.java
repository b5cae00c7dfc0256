package dev.sensorium.server.rpc;

import com.google.protobuf.Duration;
import dev.sensorium.proto.v1.CacheControl;
import dev.sensorium.proto.v1.Embedding;
import dev.sensorium.proto.v1.GenerateImageRequest;
import dev.sensorium.proto.v1.GenerationOptions;
import dev.sensorium.proto.v1.ProcessingOptions;
import dev.sensorium.proto.v1.VideoSample;
import dev.sensorium.server.cache.CacheUse;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Video;

/** Small values between the wire and the SPI. */
final class Wire {

    private Wire() {}

    static PrepareOptions prepareOptions(ProcessingOptions options) {
        return new PrepareOptions(options.getTruncateText(), options.getApplyOrientation());
    }

    static PrepareOptions prepareOptions(GenerationOptions options) {
        return new PrepareOptions(options.getTruncateText(), options.getApplyOrientation());
    }

    static PrepareOptions prepareOptions(GenerateImageRequest request) {
        return new PrepareOptions(request.getTruncatePrompt(), false);
    }

    /** Returns how to use the cache; a value that is not known is a violation of "options.cache_control". */
    static CacheUse cacheUse(ProcessingOptions options, Violations violations) {
        return switch (options.getCacheControl()) {
            case CACHE_CONTROL_UNSPECIFIED, CACHE_CONTROL_USE -> CacheUse.USE;
            case CACHE_CONTROL_REFRESH -> CacheUse.REFRESH;
            case CACHE_CONTROL_BYPASS -> CacheUse.BYPASS;
            case UNRECOGNIZED -> {
                violations.add(
                        "options.cache_control",
                        "%d (expected: 0 to %d)"
                                .formatted(
                                        options.getCacheControlValue(), CacheControl.CACHE_CONTROL_BYPASS.getNumber()));
                yield CacheUse.USE;
            }
        };
    }

    static Embedding embedding(dev.sensorium.server.schedule.Embedding from) {
        Embedding.Builder embedding = Embedding.newBuilder();
        for (float value : from.vector()) {
            embedding.addValues(value);
        }
        from.video().ifPresent(video -> embedding.setVideo(sample(video)));
        return embedding.build();
    }

    static VideoSample sample(Video.Sample sample) {
        return VideoSample.newBuilder().addAllSeconds(sample.seconds()).build();
    }

    static Duration duration(long nanos) {
        return Duration.newBuilder()
                .setSeconds(nanos / 1_000_000_000)
                .setNanos((int) (nanos % 1_000_000_000))
                .build();
    }
}
