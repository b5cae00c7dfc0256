package dev.sensorium.kit.image;

import dev.sensorium.kit.nn.TensorFlowRuntime;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.image.DecodeJpeg;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TString;

/** The libjpeg-turbo that is part of TensorFlow, which is Pillow's decoder too. It runs on the caller's thread. */
final class TurboJpeg {

    private final Session session;
    private final Placeholder<TString> file;
    private final DecodeJpeg picture;

    private TurboJpeg() {
        new TensorFlowRuntime().start(); // which alone knows how large the process's pools are to be
        Graph graph = new Graph();
        Ops tf = Ops.create(graph);
        file = tf.placeholder(TString.class);
        picture = tf.image.decodeJpeg(file, DecodeJpeg.channels(3L), DecodeJpeg.dctMethod("INTEGER_ACCURATE"));
        ConfigProto config = ConfigProto.newBuilder()
                .setInterOpParallelismThreads(-1)
                .putDeviceCount("GPU", 0)
                .build();
        session = new Session(graph, config);
    }

    /** Kept as long as the process lives, and made when the first file comes. */
    private static final class Holder {
        static final TurboJpeg INSTANCE = new TurboJpeg();
    }

    static TurboJpeg get() {
        return Holder.INSTANCE;
    }

    /** Returns the red, green and blue bytes of a file of one or three components. */
    byte[] decode(byte[] bytes) {
        try (TString contents = TString.tensorOfBytes(NdArrays.scalarOfObject(bytes));
                Result result =
                        session.runner().feed(file, contents).fetch(picture).run()) {
            byte[] rgb = new byte[Math.toIntExact(result.get(0).numBytes())];
            result.get(0).asRawTensor().data().read(rgb);
            return rgb;
        }
    }
}
