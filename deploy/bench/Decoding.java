import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.kit.decode.LoopOptions;
import dev.sensorium.kit.decode.Move;
import dev.sensorium.kit.decode.Opening;
import dev.sensorium.kit.decode.Output;
import dev.sensorium.kit.decode.Searches;
import dev.sensorium.kit.decode.TextCodec;
import dev.sensorium.kit.decode.TokenLoop;
import dev.sensorium.kit.decode.Vocabulary;
import dev.sensorium.kit.nn.Activation;
import dev.sensorium.kit.nn.AttentionNames;
import dev.sensorium.kit.nn.Decoder;
import dev.sensorium.kit.nn.Layers;
import dev.sensorium.kit.nn.Network;
import dev.sensorium.kit.nn.NetworkBuilder;
import dev.sensorium.kit.nn.NetworkOptions;
import dev.sensorium.kit.nn.Precision;
import dev.sensorium.kit.nn.Rows;
import dev.sensorium.spi.Decoding.Length;
import dev.sensorium.spi.Device;
import dev.sensorium.spi.Generator.FinishReason;
import dev.sensorium.spi.Generator.Usage;
import dev.sensorium.spi.SharedRuntime;
import dev.sensorium.spi.Steps;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Measures the tokens per second of the token loop, its scheduler and greedy search included, with the GPT-2 small that
 * {@code decoding.py FOLDER write} wrote: {@code java -cp ... Decoding.java FOLDER float32|bfloat16 ROWS...}. Each number of
 * rows is a number of callers that send one request after the other. Prints lines of JSON; see README.md.
 */
public class Decoding {

    private static final int WIDTH = 768;
    private static final int INNER = 3072;
    private static final int HEADS = 12;
    private static final int LAYERS = 12;
    private static final int VOCABULARY = 50_257;
    private static final int CONTEXT = 1024;

    private static final int PROMPT = 32;
    private static final int TOKENS = 96;
    private static final int SHORTEST = 8;
    private static final int LONGEST = 128;
    private static final double SECONDS = 15;

    private final Precision precision;
    private final TokenLoop loop;

    private Decoding(Precision precision, TokenLoop loop) {
        this.precision = precision;
        this.loop = loop;
    }

    public static void main(String[] arguments) throws Exception {
        for (SharedRuntime runtime : ServiceLoader.load(SharedRuntime.class)) {
            runtime.start();
        }
        Precision precision = Precision.valueOf(arguments[1].toUpperCase(Locale.ROOT));
        int[] rows = Arrays.stream(arguments).skip(2).mapToInt(Integer::parseInt).toArray();
        int slots = Arrays.stream(rows).max().getAsInt();
        LoopOptions options = new LoopOptions(slots, 64, slots * (PROMPT + LONGEST + 16), 0, new LoopOptions.Pieces(128, 1));
        try (Weights weights = Weights.open(Path.of(arguments[0]));
                NetworkBuilder builder = NetworkBuilder.open(new NetworkOptions(Device.cpu(), precision), weights)) {
            Decoder decoder = lay(builder.layers(), options);
            try (Network network = builder.build();
                    TokenLoop loop = TokenLoop.start(network, decoder, null, options)) {
                new Decoding(precision, loop).measure(rows);
            }
        }
    }

    /** Lays GPT-2 (Radford et al. 2019). */
    private static Decoder lay(Layers at, LoopOptions options) {
        AttentionNames names = AttentionNames.of(List.of("c_attn"), "c_proj");
        Rows rows = Rows.of(at, options.cache());
        Operand<TFloat32> x = at.add(
                at.embedding(rows.ids(), "wte", VOCABULARY, WIDTH), at.embedding(rows.positions(), "wpe", CONTEXT, WIDTH));
        for (int i = 0; i < LAYERS; i++) {
            Layers layer = at.in("h", i);
            x = at.add(x, layer.in("attn").cachedAttention(layer.norm(x, "ln_1", 1e-5f), HEADS, names, rows));
            Operand<TFloat32> normed = layer.norm(x, "ln_2", 1e-5f);
            x = at.add(x, layer.in("mlp").feedForward(normed, INNER, Activation.GELU_NEW, "c_fc", "c_proj"));
        }
        Operand<TFloat32> states = at.norm(x, "ln_f", 1e-5f);
        return Decoder.of(at, rows, null, states, last -> at.logits(last, "wte.weight", null, VOCABULARY));
    }

    private void measure(int... rows) throws InterruptedException {
        callers(rows[rows.length - 1], 4, i -> TOKENS);
        for (int count : rows) {
            print("same lengths", count, callers(count, SECONDS, i -> TOKENS));
        }
        int[] lengths = new Random(1).ints(4096, SHORTEST, LONGEST + 1).toArray();
        IntUnaryOperator mixed = i -> lengths[i % lengths.length];
        print("mixed lengths, one at a time", 1, callers(1, SECONDS, mixed));
        print("mixed lengths", 8, callers(8, SECONDS, mixed));
        print("mixed lengths, batches that wait for the longest", 8, batches(8, SECONDS, mixed));
        bound();
    }

    /** Returns tokens per second of callers that send one request after the other. */
    private double callers(int count, double seconds, IntUnaryOperator lengths) throws InterruptedException {
        AtomicLong tokens = new AtomicLong();
        AtomicLong request = new AtomicLong();
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        List<Thread> threads = IntStream.range(0, count)
                .mapToObj(row -> new Thread(() -> {
                    while (System.nanoTime() < end) {
                        int length = lengths.applyAsInt((int) request.getAndIncrement());
                        generate(row, length, () -> tokens.addAndGet(System.nanoTime() < end ? 1 : 0));
                    }
                }))
                .toList();
        run(threads);
        return tokens.get() / seconds;
    }

    /** Returns the tokens per second that were asked for if all of a batch are decoded to the longest one's end. */
    private double batches(int count, double seconds, IntUnaryOperator lengths) throws InterruptedException {
        long tokens = 0;
        int request = 0;
        long start = System.nanoTime();
        while (System.nanoTime() - start < seconds * 1e9) {
            int[] asked = IntStream.range(request, request + count).map(lengths).toArray();
            request += count;
            int longest = Arrays.stream(asked).max().getAsInt();
            run(IntStream.range(0, count)
                    .mapToObj(row -> new Thread(() -> generate(row, longest, () -> {})))
                    .toList());
            tokens += Arrays.stream(asked).sum();
        }
        return tokens * 1e9 / (System.nanoTime() - start);
    }

    private static void run(List<Thread> threads) throws InterruptedException {
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void generate(int row, int length, Runnable token) {
        int[] prompt = IntStream.range(0, PROMPT).map(i -> (1 + row) * (7 + i * i) % VOCABULARY).toArray();
        dev.sensorium.spi.Decoding greedy =
                dev.sensorium.spi.Decoding.greedy(length).with(new Length(length, length));
        Vocabulary vocabulary = Vocabulary.of(VOCABULARY, new NoText(), List.of(0), List.of());
        try (Steps<Object> steps = loop.generate(
                List.of(new Opening(prompt, null)), Searches.of(greedy, vocabulary, prompt), length, new Moves())) {
            steps.next();
            for (int i = 0; i < length; i++) {
                steps.next();
                token.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Prints how the time of a step of one row compares with that of reading its weights once. */
    private void bound() throws InterruptedException {
        double gigabytes = bandwidth();
        double weights = 1e-9 * (LAYERS * (4L * WIDTH * WIDTH + 2L * WIDTH * INNER) + (long) VOCABULARY * WIDTH);
        double bound = weights * (precision == Precision.FLOAT32 ? 4 : 2) / gigabytes;
        double rate = callers(1, SECONDS, i -> TOKENS);
        System.out.printf(
                "{\"program\": \"sensorium\", \"dtype\": \"%s\", \"gigabytes_per_second\": %.1f, \"bound_ms\": %.2f, "
                        + "\"token_ms\": %.2f, \"share_of_bound\": %.2f}%n",
                precision.settingName(), gigabytes, bound * 1e3, 1e3 / rate, bound * rate);
    }

    /** Returns how many gigabytes two threads read in a second from memory that no cache holds. */
    private static double bandwidth() throws InterruptedException {
        int[][] parts = new int[2][64 << 20];
        AtomicLong sum = new AtomicLong();
        double best = 0;
        for (int round = 0; round < 12; round++) {
            long start = System.nanoTime();
            run(Arrays.stream(parts)
                    .map(part -> new Thread(() -> sum.addAndGet(sum(part))))
                    .toList());
            best = Math.max(best, 2.0 * Integer.BYTES * parts[0].length / (System.nanoTime() - start));
        }
        return best;
    }

    private static int sum(int... part) {
        int sum = 0;
        for (int value : part) {
            sum += value;
        }
        return sum;
    }

    private void print(String load, int requests, double rate) {
        System.out.printf(
                "{\"program\": \"sensorium\", \"dtype\": \"%s\", \"load\": \"%s\", \"requests\": %d, "
                        + "\"tokens_per_second\": %.1f}%n",
                precision.settingName(), load, requests, rate);
    }

    /** Hands out moves as they are. */
    private static final class Moves implements Output<Object> {

        @Override
        public Object started(int promptTokens) {
            return promptTokens;
        }

        @Override
        public Object next(Move move) {
            return move;
        }

        @Override
        public boolean stopped() {
            return false;
        }

        @Override
        public Object end(FinishReason reason, Usage usage) {
            return usage;
        }
    }

    /** Text is not looked at. */
    private record NoText() implements TextCodec {

        @Override
        public int[] encode(String text) {
            return new int[text.length()];
        }

        @Override
        public String decode(int... tokens) {
            return "";
        }
    }
}
