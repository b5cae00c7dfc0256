package dev.sensorium.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.client.Content;
import dev.sensorium.client.EmbedOptions;
import dev.sensorium.client.Sensorium;
import dev.sensorium.testkit.Guide;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugin of the guide, dropped into a server as the guide says. */
class GuideIT {

    @TempDir
    private Path folder;

    @Test
    void isPickedUpFromItsJar() throws Exception {
        Path jar = Guide.follow(Path.of("../sdk/GUIDE.md"), folder.resolve("project"))
                .jar();
        Path plugin = Files.createDirectories(folder.resolve("plugins/average"));
        Files.copy(jar, plugin.resolve("average.jar"));
        Guide.checkpoint(folder.resolve("models/words/1"), 0, 1, 0);

        try (ServerProcess server = ServerProcess.start(
                        "--models", folder.resolve("models").toString(),
                        "--plugins", folder.resolve("plugins").toString());
                var sensorium = Sensorium.connect(server.target())) {
            var embedding = sensorium.embed(Content.text("all words are one"), EmbedOptions.DEFAULT.withModel("words"));
            assertThat(embedding.values()).containsExactly(0, 1, 0);
        }
    }
}
