package dev.sensorium.kit.nn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the machine's processor can do.
 *
 * @param multipliesBfloat16 whether oneDNN has products in bfloat16 for it; TensorFlow's own take two to three times as
 *     long as those in float32, and cut off what they should round
 */
record Processor(boolean multipliesBfloat16) {

    /** Any of these instruction sets is enough for oneDNN. */
    private static final Set<String> INSTRUCTIONS = Set.of("avx512f", "avx_ne_convert");

    private static final Path CPUINFO = Path.of("/proc/cpuinfo");

    /** Returns this machine's processor; what it does not tell it is taken to have. */
    static Processor here() {
        try {
            return described(Files.readString(CPUINFO));
        } catch (IOException e) {
            return new Processor(true);
        }
    }

    /** Returns the processor that Linux describes so, of which those other than x86 have no line of flags. */
    static Processor described(String cpuinfo) {
        Set<String> flags = cpuinfo.lines()
                .filter(line -> line.startsWith("flags"))
                .limit(1)
                .flatMap(line -> Arrays.stream(line.split("\\s+")))
                .collect(Collectors.toSet());
        return new Processor(flags.isEmpty() || flags.stream().anyMatch(INSTRUCTIONS::contains));
    }
}
