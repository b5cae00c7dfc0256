package dev.sensorium.server.rpc;

import com.google.protobuf.ByteString;
import dev.sensorium.proto.v1.Content;
import dev.sensorium.proto.v1.EmbedItem;
import dev.sensorium.proto.v1.EmbedRequest;
import dev.sensorium.proto.v1.GenerateRequest;
import dev.sensorium.proto.v1.Image;
import dev.sensorium.proto.v1.MatchRequest;
import dev.sensorium.proto.v1.Role;
import dev.sensorium.proto.v1.Turn;
import java.util.Arrays;
import java.util.List;

/** Requests in few words. */
final class Requests {

    /** As much of a PNG as the echo models and the server look at. */
    static final ByteString PNG = ByteString.fromHex("89504e470d0a1a0a0000");

    private Requests() {}

    static Content text(String text) {
        return Content.newBuilder().setText(text).build();
    }

    static Content image(ByteString data) {
        return image(data, "");
    }

    static Content image(ByteString data, String mediaType) {
        return Content.newBuilder()
                .setImage(Image.newBuilder().setData(data).setMediaType(mediaType))
                .build();
    }

    static EmbedRequest embed(String model, Content... contents) {
        return EmbedRequest.newBuilder()
                .setModel(model)
                .addAllContents(Arrays.asList(contents))
                .build();
    }

    static EmbedRequest embed(String model, String... texts) {
        return embed(model, Arrays.stream(texts).map(Requests::text).toArray(Content[]::new));
    }

    static MatchRequest match(String model, Content content, String... texts) {
        return MatchRequest.newBuilder()
                .setModel(model)
                .addContents(content)
                .addAllTexts(List.of(texts))
                .build();
    }

    /** A prompt of one text. */
    static GenerateRequest generate(String model, String text) {
        return GenerateRequest.newBuilder()
                .setModel(model)
                .addTurns(turn(Role.ROLE_USER, text(text)))
                .build();
    }

    static Turn turn(Role role, Content... contents) {
        return Turn.newBuilder().setRole(role).addAllContents(List.of(contents)).build();
    }

    static EmbedItem item(String id, Content content) {
        return EmbedItem.newBuilder().setId(id).setContent(content).build();
    }
}
