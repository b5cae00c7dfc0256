package dev.sensorium.plugin.blip;

import dev.sensorium.kit.decode.Source;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Prompt.Task;
import java.util.Arrays;
import java.util.Set;

/** How a model that writes takes its prompts. */
interface Prompts {

    /** Returns what it can be asked for. */
    Set<Task> tasks();

    /**
     * Reads a prompt.
     *
     * @throws ModelException INVALID_INPUT or TOO_LONG
     */
    Beginning read(Prompt prompt, PrepareOptions options);

    /** How the prompts of a kind of model are read. */
    interface Reading {

        Prompts of(BlipConfig config, Readers readers);
    }

    /**
     * What the decoder begins with.
     *
     * @param ids its first tokens, at least the one that every text begins with
     * @param source what it attends to
     */
    @SuppressWarnings("ArrayRecordComponent") // goes straight to the network, never compared
    record Beginning(int[] ids, Source source) {

        /**
         * Returns the beginning of a text that goes on from another one: as the reference has it, the first of its
         * tokens is exchanged and the last one dropped.
         *
         * @param text ids of the other text, start and end included; none if there is none
         * @param begin the token that every text begins with
         */
        static Beginning of(int[] text, int begin, Source source) {
            int[] ids = text.length == 0 ? new int[1] : Arrays.copyOf(text, text.length - 1);
            ids[0] = begin;
            return new Beginning(ids, source);
        }
    }
}
