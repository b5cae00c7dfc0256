package dev.sensorium.plugin.blip;

import dev.sensorium.kit.decode.Encoder;
import dev.sensorium.kit.decode.PictureSource;
import dev.sensorium.kit.decode.States;
import dev.sensorium.kit.nn.Batch;
import java.util.List;
import org.tensorflow.Result;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The image tower, and the text model that reads questions together with its states, as the encoder of a decoder that
 * attends to questions.
 *
 * @param pictures encodes pictures
 * @param graph the network
 */
record QuestionEncoder(PictureEncoder pictures, AnswerGraph graph) implements Encoder {

    @Override
    public List<States> encode(List<Item> batch) {
        return batch.get(0).source() instanceof PictureSource ? pictures.encode(batch) : questions(batch);
    }

    private List<States> questions(List<Item> batch) {
        List<PreparedText> texts = batch.stream()
                .map(item -> ((QuestionSource) item.source()).text())
                .toList();
        List<States> seen = batch.stream().map(item -> item.parts().get(0)).toList();
        Shape shape = Shape.of(seen.get(0).length(), seen.get(0).width());
        List<Integer> counts = texts.stream().map(PreparedText::length).toList();
        try (TInt32 ids = Batch.ofInts(texts.stream().map(PreparedText::ids).toList());
                TInt32 lengths = TInt32.vectorOf(
                        texts.stream().mapToInt(PreparedText::length).toArray());
                TFloat32 states =
                        Batch.ofFloats(shape, seen.stream().map(States::values).toList());
                Result result = pictures.network().run(run -> run.feed(graph.ids(), ids)
                        .feed(graph.lengths(), lengths)
                        .feed(graph.pictures(), states)
                        .fetch(graph.questionHidden()))) {
            return PictureEncoder.states(result.get(0), counts);
        }
    }
}
