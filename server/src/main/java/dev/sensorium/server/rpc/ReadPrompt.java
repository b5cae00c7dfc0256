package dev.sensorium.server.rpc;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.Prompt;
import java.util.Set;

/**
 * A prompt as it was read off the wire.
 *
 * @param prompt what the model is asked
 * @param fields the names of its parts
 */
record ReadPrompt(Prompt prompt, PromptFields fields) {

    /** Requires that every content is of a kind that the model takes. */
    void require(Set<Modality> taken) {
        fields.require(taken, prompt.contents().stream().map(Content::modality).toList());
    }
}
