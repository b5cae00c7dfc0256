package dev.sensorium.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** A prompt whose terminal is remembered. */
record Shell(String target, boolean colours, boolean unicode, boolean live) {

    /** What came of a command. */
    record Outcome(int code, String out, String err) {

        JsonNode json() {
            try {
                return new ObjectMapper().readTree(out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static Shell at(String target) {
        return new Shell(target, false, true, false);
    }

    Outcome run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--target", target));
        all.addAll(List.of(arguments));
        return bare(all.toArray(new String[0]));
    }

    Outcome bare(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(err), colours, unicode, live, 80);
        int code = Main.run(terminal, arguments);
        return new Outcome(code, out.toString(), err.toString());
    }
}
