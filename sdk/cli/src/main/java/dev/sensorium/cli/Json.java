package dev.sensorium.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sensorium.client.VideoSample;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;

/** JSON for programs, one document per run, written as it becomes known. */
final class Json {

    private Json() {}

    /** Something that writes a value. */
    interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    static void print(PrintWriter out, Body body) {
        try (JsonGenerator json = new JsonFactory()
                .createGenerator(out)
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .useDefaultPrettyPrinter()) {
            body.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.println();
    }

    /** Writes a number with the digits that tell it from its neighbours, as a float. */
    static void array(JsonGenerator json, String name, float[] values) throws IOException {
        json.writeArrayFieldStart(name);
        for (float value : values) {
            json.writeNumber(value);
        }
        json.writeEndArray();
    }

    /** Writes when the frames are shown that a model looked at. */
    static void video(JsonGenerator json, VideoSample video) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("seconds");
        for (double seconds : video.seconds()) {
            json.writeNumber(seconds);
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
