package dev.sensorium.plugin.blip;

import dev.sensorium.kit.decode.Encoder;
import dev.sensorium.kit.decode.LoopOptions;
import dev.sensorium.kit.nn.Decoder;
import dev.sensorium.kit.nn.Layers;
import dev.sensorium.kit.nn.Network;

/** A network that writes about pictures. */
interface WritingGraph {

    /** Returns its decoder. */
    Decoder decoder();

    /** Returns what makes the states that its decoder attends to, run by the network that was built of it. */
    Encoder encoder(Network network);

    /** How such a network is laid over the root of a checkpoint. */
    interface Laying {

        WritingGraph lay(BlipConfig config, Layers at, LoopOptions options);
    }
}
