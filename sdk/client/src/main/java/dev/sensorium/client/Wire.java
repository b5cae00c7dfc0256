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
import dev.sensorium.proto.v1.Model;
import dev.sensorium.proto.v1.Plugin;
import dev.sensorium.proto.v1.ProcessingOptions;
import dev.sensorium.proto.v1.PromptTemplateList;
import dev.sensorium.proto.v1.PromptTemplates;
import dev.sensorium.proto.v1.Video;
import dev.sensorium.proto.v1.VideoFrames;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The mapping between the SDK's types and the messages on the wire. */
final class Wire {

    private Wire() {}

    static dev.sensorium.proto.v1.Content content(Content content) {
        var builder = dev.sensorium.proto.v1.Content.newBuilder();
        if (content instanceof Text text) {
            builder.setText(text.value());
        } else if (content instanceof Picture picture) {
            builder.setImage(image(picture));
        } else if (content instanceof Frames video) {
            var images = video.pictures().stream().map(Wire::image).toList();
            builder.setVideo(
                    Video.newBuilder().setFrames(VideoFrames.newBuilder().addAllImages(images)));
        } else if (content instanceof VideoFile video) {
            builder.setVideo(Video.newBuilder()
                    .setFile(dev.sensorium.proto.v1.VideoFile.newBuilder().setData(bytes(video.encoded()))));
        } else if (content instanceof Sound sound) {
            builder.setAudio(Audio.newBuilder().setData(bytes(sound.encoded())));
        } else if (content instanceof Digest digest) {
            builder.setDigest(ContentDigest.newBuilder()
                    .setModality(modality(digest.modality()))
                    .setSha256(digest.sha256()));
        }
        return builder.build();
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
        return new Embedding(values);
    }

    static ItemResult result(EmbedStreamResponse response) {
        return switch (response.getResultCase()) {
            case EMBEDDING ->
                ItemResult.embedded(
                        response.getId(),
                        embedding(response.getEmbedding()),
                        response.getCacheHit(),
                        response.getModelVersion());
            case ERROR ->
                ItemResult.failed(response.getId(), Errors.of(response.getError()), response.getModelVersion());
            case RESULT_NOT_SET ->
                throw Errors.unexpected(
                        "result of item \"" + response.getId() + "\": none (expected: an embedding or an error)");
        };
    }

    static MatchResult match(Match match, List<String> texts, CallStats stats) {
        if (match.getScoresCount() != texts.size() || match.getProbabilitiesCount() != texts.size()) {
            throw Errors.unexpected("scores and probabilities: %d and %d (expected: %d each)"
                    .formatted(match.getScoresCount(), match.getProbabilitiesCount(), texts.size()));
        }
        List<Label> labels = new ArrayList<>(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            labels.add(new Label(texts.get(i), match.getScores(i), match.getProbabilities(i)));
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

    static ModelDescription model(Model model) {
        return new ModelDescription(
                model.getName(),
                model.getVersion(),
                model.getFamily(),
                state(model),
                model.getFailure(),
                capabilities(model.getCapabilitiesList()),
                modalities(model.getModalitiesList()),
                model.getDimensions(),
                model.getDevice(),
                model.getCheckpointSha256(),
                model.getParity(),
                model.getArchitecture(),
                model.getParameterCount(),
                model.getDtype(),
                Collections.unmodifiableMap(new TreeMap<>(model.getLimitsMap())),
                model.getEstimatedBytes(),
                readyTime(model));
    }

    static PluginDescription plugin(Plugin plugin) {
        return new PluginDescription(plugin.getName(), plugin.getFamiliesList(), plugin.getFailure());
    }

    private static ModelState state(Model model) {
        return switch (model.getState()) {
            case MODEL_STATE_REGISTERED -> ModelState.REGISTERED;
            case MODEL_STATE_LOADING -> ModelState.LOADING;
            case MODEL_STATE_READY -> ModelState.READY;
            case MODEL_STATE_DRAINING -> ModelState.DRAINING;
            case MODEL_STATE_CLOSED -> ModelState.CLOSED;
            case MODEL_STATE_FAILED -> ModelState.FAILED;
            case MODEL_STATE_UNSPECIFIED, UNRECOGNIZED -> ModelState.UNKNOWN;
        };
    }

    /** Capabilities that this version does not know are left out, and so are modalities. */
    private static Set<Capability> capabilities(List<dev.sensorium.proto.v1.Capability> capabilities) {
        Set<Capability> known = EnumSet.noneOf(Capability.class);
        for (var capability : capabilities) {
            switch (capability) {
                case CAPABILITY_EMBED -> known.add(Capability.EMBED);
                case CAPABILITY_MATCH -> known.add(Capability.MATCH);
                case CAPABILITY_GENERATE -> known.add(Capability.GENERATE);
                case CAPABILITY_GENERATE_IMAGE -> known.add(Capability.GENERATE_IMAGE);
                case CAPABILITY_ACT -> known.add(Capability.ACT);
                case CAPABILITY_UNSPECIFIED, UNRECOGNIZED -> {}
            }
        }
        return Collections.unmodifiableSet(known);
    }

    private static Set<Modality> modalities(List<dev.sensorium.proto.v1.Modality> modalities) {
        Set<Modality> known = EnumSet.noneOf(Modality.class);
        for (var modality : modalities) {
            switch (modality) {
                case MODALITY_TEXT -> known.add(Modality.TEXT);
                case MODALITY_IMAGE -> known.add(Modality.IMAGE);
                case MODALITY_VIDEO -> known.add(Modality.VIDEO);
                case MODALITY_AUDIO -> known.add(Modality.AUDIO);
                case MODALITY_UNSPECIFIED, UNRECOGNIZED -> {}
            }
        }
        return Collections.unmodifiableSet(known);
    }

    private static dev.sensorium.proto.v1.Modality modality(Modality modality) {
        return switch (modality) {
            case TEXT -> dev.sensorium.proto.v1.Modality.MODALITY_TEXT;
            case IMAGE -> dev.sensorium.proto.v1.Modality.MODALITY_IMAGE;
            case VIDEO -> dev.sensorium.proto.v1.Modality.MODALITY_VIDEO;
            case AUDIO -> dev.sensorium.proto.v1.Modality.MODALITY_AUDIO;
        };
    }

    private static Optional<Instant> readyTime(Model model) {
        if (!model.hasReadyTime()) {
            return Optional.empty();
        }
        return Optional.of(Instant.ofEpochSecond(
                model.getReadyTime().getSeconds(), model.getReadyTime().getNanos()));
    }

    private static Image image(Picture picture) {
        return Image.newBuilder().setData(bytes(picture.encoded())).build();
    }

    private static ByteString bytes(ByteBuffer buffer) {
        return UnsafeByteOperations.unsafeWrap(buffer); // contents are immutable, so nothing need be copied
    }

    private static Duration duration(com.google.protobuf.Duration duration) {
        return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
    }
}
