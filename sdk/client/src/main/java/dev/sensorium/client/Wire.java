package dev.sensorium.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.sensorium.client.Content.Digest;
import dev.sensorium.client.Content.Frames;
import dev.sensorium.client.Content.Picture;
import dev.sensorium.client.Content.Sound;
import dev.sensorium.client.Content.Text;
import dev.sensorium.client.Content.VideoFile;
import dev.sensorium.proto.v1.Audio;
import dev.sensorium.proto.v1.CacheControl;
import dev.sensorium.proto.v1.ContentDigest;
import dev.sensorium.proto.v1.EmbedItem;
import dev.sensorium.proto.v1.EmbedStreamResponse;
import dev.sensorium.proto.v1.Image;
import dev.sensorium.proto.v1.Match;
import dev.sensorium.proto.v1.ProcessingOptions;
import dev.sensorium.proto.v1.PromptTemplateList;
import dev.sensorium.proto.v1.PromptTemplates;
import dev.sensorium.proto.v1.Video;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The mapping between the SDK's types and the messages on the wire, for contents and embeddings. */
final class Wire {

    private Wire() {}

    static dev.sensorium.proto.v1.Content content(Content content) {
        var builder = dev.sensorium.proto.v1.Content.newBuilder();
        if (content instanceof Text text) {
            builder.setText(text.value());
        } else if (content instanceof Picture picture) {
            builder.setImage(image(picture));
        } else if (content instanceof Frames video) {
            builder.setVideo(video(video));
        } else if (content instanceof VideoFile video) {
            builder.setVideo(video(video));
        } else if (content instanceof Sound sound) {
            builder.setAudio(Audio.newBuilder().setData(bytes(sound.encoded())));
        } else if (content instanceof Digest digest) {
            builder.setDigest(digest(digest));
        }
        return builder.build();
    }

    private static Video video(Frames video) {
        Video.Builder message = Video.newBuilder();
        video.pictures().forEach(picture -> message.getFramesBuilder().addImages(image(picture)));
        video.frameRate().ifPresent(message.getFramesBuilder()::setFrameRate);
        video.sampleRate().ifPresent(message::setSampleRate);
        return message.build();
    }

    private static Video video(VideoFile video) {
        Video.Builder message = Video.newBuilder();
        message.getFileBuilder().setData(bytes(video.encoded()));
        video.sampleRate().ifPresent(message::setSampleRate);
        return message.build();
    }

    private static ContentDigest digest(Digest digest) {
        ContentDigest.Builder message = ContentDigest.newBuilder()
                .setModality(modality(digest.modality()))
                .setSha256(digest.sha256());
        digest.sampleRate().ifPresent(message::setSampleRate);
        return message.build();
    }

    static EmbedItem item(Item item) {
        return EmbedItem.newBuilder()
                .setId(item.id())
                .setContent(content(item.content()))
                .build();
    }

    static ProcessingOptions options(EmbedOptions options) {
        return ProcessingOptions.newBuilder()
                .setTruncateText(options.truncateText())
                .setApplyOrientation(options.applyOrientation())
                .setCacheControl(
                        switch (options.cache()) {
                            case USE -> CacheControl.CACHE_CONTROL_USE;
                            case REFRESH -> CacheControl.CACHE_CONTROL_REFRESH;
                            case BYPASS -> CacheControl.CACHE_CONTROL_BYPASS;
                        })
                .build();
    }

    static Optional<PromptTemplates> templates(MatchOptions options) {
        if (!options.templateSet().isEmpty()) {
            return Optional.of(
                    PromptTemplates.newBuilder().setName(options.templateSet()).build());
        }
        if (!options.templates().isEmpty()) {
            return Optional.of(PromptTemplates.newBuilder()
                    .setList(PromptTemplateList.newBuilder().addAllTemplates(options.templates()))
                    .build());
        }
        return Optional.empty();
    }

    static Embedding embedding(dev.sensorium.proto.v1.Embedding embedding) {
        float[] values = new float[embedding.getValuesCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = embedding.getValues(i);
        }
        return new Embedding(
                values,
                embedding.hasVideo() ? new VideoSample(embedding.getVideo().getSecondsList()) : null);
    }

    static ItemResult result(EmbedStreamResponse response) {
        return switch (response.getResultCase()) {
            case EMBEDDING ->
                ItemResult.embedded(
                        response.getId(),
                        embedding(response.getEmbedding()),
                        response.getCacheHit(),
                        response.getModel());
            case ERROR -> ItemResult.failed(response.getId(), Errors.of(response.getError()), response.getModel());
            case RESULT_NOT_SET ->
                throw Errors.unexpected(
                        "result of item \"" + response.getId() + "\": none (expected: an embedding or an error)");
        };
    }

    static MatchResult match(Match match, List<String> texts, CallStats stats) {
        boolean logits = match.getProbabilitiesCount() > 0;
        if (match.getScoresCount() != texts.size() || (logits && match.getProbabilitiesCount() != texts.size())) {
            throw Errors.unexpected("scores and probabilities: %d and %d (expected: %d each, or no probabilities)"
                    .formatted(match.getScoresCount(), match.getProbabilitiesCount(), texts.size()));
        }
        List<Label> labels = new ArrayList<>(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            OptionalDouble probability = logits ? OptionalDouble.of(match.getProbabilities(i)) : OptionalDouble.empty();
            labels.add(new Label(texts.get(i), match.getScores(i), probability));
        }
        return new MatchResult(labels, stats);
    }

    static CallStats stats(dev.sensorium.proto.v1.CallStats stats) {
        return new CallStats(
                stats.getModel(),
                stats.getEmbeddingCount(),
                stats.getCacheHitCount(),
                duration(stats.getQueueTime()),
                duration(stats.getComputeTime()));
    }

    private static dev.sensorium.proto.v1.Modality modality(Modality modality) {
        return switch (modality) {
            case TEXT -> dev.sensorium.proto.v1.Modality.MODALITY_TEXT;
            case IMAGE -> dev.sensorium.proto.v1.Modality.MODALITY_IMAGE;
            case VIDEO -> dev.sensorium.proto.v1.Modality.MODALITY_VIDEO;
            case AUDIO -> dev.sensorium.proto.v1.Modality.MODALITY_AUDIO;
        };
    }

    private static Image image(Picture picture) {
        return Image.newBuilder().setData(bytes(picture.encoded())).build();
    }

    private static ByteString bytes(ByteBuffer buffer) {
        return UnsafeByteOperations.unsafeWrap(buffer); // contents are immutable, so nothing need be copied
    }

    static Duration duration(com.google.protobuf.Duration duration) {
        return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
    }
}
