package dev.sensorium.kit.text;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A checkpoint's tokenizer: turns text into the ids that the model was trained on, and back.
 *
 * <pre>{@code
 * try (Tokenizer tokenizer = Tokenizer.open(folder)) {
 *     int[] ids = tokenizer.encode("a photo of a cat", 77, false);
 * }
 * }</pre>
 *
 * <p>Ids come with the special tokens of the checkpoint's post-processor, such as start and end, and never padded. Safe
 * for use from many threads.
 */
public final class Tokenizer implements AutoCloseable {

    /** Longer texts are refused before they reach native code, whose memory grows with them. */
    private static final int MAX_CHARACTERS = 1 << 20;

    private static final String REPLACEMENT_CHARACTER = "\uFFFD";
    private static final String LONE_SURROGATES = "[\uD800-\uDFFF]";

    private final TokenizerJson json;
    private final HuggingFaceTokenizer tokenizer;

    private Tokenizer(TokenizerJson json, HuggingFaceTokenizer tokenizer) {
        this.json = json;
        this.tokenizer = tokenizer;
    }

    /**
     * Opens the tokenizer of a checkpoint folder: {@code tokenizer.json}, or in its absence CLIP's {@code vocab.json}
     * with {@code merges.txt}, or BERT's {@code vocab.txt}.
     *
     * @throws ModelException INVALID_CHECKPOINT if the files are missing or broken; INTERNAL if the native library
     *     cannot be loaded
     */
    public static Tokenizer open(Path folder) {
        if (Files.exists(folder.resolve(TokenizerJson.FILE))) {
            return of(TokenizerJson.read(folder.resolve(TokenizerJson.FILE)));
        }
        if (Files.exists(folder.resolve(ClipVocabulary.VOCABULARY))
                && Files.exists(folder.resolve(ClipVocabulary.MERGES))) {
            return of(ClipVocabulary.read(folder).tokenizerJson());
        }
        if (Files.exists(folder.resolve(BertVocabulary.VOCABULARY))) {
            return of(BertVocabulary.read(folder).tokenizerJson());
        }
        throw new ModelException(
                Reason.INVALID_CHECKPOINT, "tokenizer.json is missing (or vocab.json with merges.txt, or vocab.txt)");
    }

    /**
     * Opens CLIP's tokenizer from the list of merges that OpenAI published, {@code bpe_simple_vocab_16e6.txt.gz}, which
     * determines the vocabulary of 49,408 tokens.
     *
     * @throws ModelException INVALID_CHECKPOINT if the file is missing or broken
     */
    public static Tokenizer ofClipMerges(Path file) {
        return of(ClipVocabulary.ofMerges(file).tokenizerJson());
    }

    /** Returns the ids of a text. */
    public int[] encode(String text) {
        return ints(run(text, true).getIds());
    }

    /** Returns the ids of a text without those that the post-processor puts around it, such as start and end. */
    public int[] encodePlain(String text) {
        return ints(run(text, false).getIds());
    }

    /**
     * Returns at most so many ids of a text. What is cut is the text's end; the special tokens after it stay.
     *
     * @param truncate whether to cut a text that is too long
     * @throws ModelException TOO_LONG if the text has more ids and is not to be cut
     */
    public int[] encode(String text, int maxTokens, boolean truncate) {
        Encoding encoding = run(text, true);
        int[] ids = ints(encoding.getIds());
        if (ids.length <= maxTokens) {
            return ids;
        }
        if (!truncate) {
            throw new ModelException(Reason.TOO_LONG, "tokens: %d (expected: <= %d)".formatted(ids.length, maxTokens));
        }
        int closing = Math.min(maxTokens, closingSpecials(encoding.getSpecialTokenMask()));
        int[] cut = Arrays.copyOf(ids, maxTokens);
        System.arraycopy(ids, ids.length - closing, cut, maxTokens - closing, closing);
        return cut;
    }

    /** Returns the text of these ids, without special tokens. */
    public String decode(int[] ids) {
        String text = tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
        String suffix = json.endOfWordSuffix();
        return suffix.isEmpty() ? text : text.replace(suffix, " ").strip();
    }

    /** Returns the id of a special token such as {@code "<|endoftext|>"}. */
    public OptionalInt id(String specialToken) {
        Integer id = json.addedTokens().get(specialToken);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** Returns the largest id plus one: how many rows the model's token table needs. */
    public int vocabulary() {
        return json.vocabulary();
    }

    /** Frees the native tokenizer. */
    @Override
    public void close() {
        tokenizer.close();
    }

    private static Tokenizer of(TokenizerJson json) {
        // DJL reports to its makers on first use and may download natives unless told otherwise.
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.offline", "true");
        Map<String, String> options = Map.of("addSpecialTokens", "true", "truncation", "false", "padding", "false");
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        // DJL looks for its natives through the thread's class loader; a plugin's does not see them.
        thread.setContextClassLoader(HuggingFaceTokenizer.class.getClassLoader());
        try (InputStream in = new ByteArrayInputStream(json.text().getBytes(StandardCharsets.UTF_8))) {
            return new Tokenizer(json, HuggingFaceTokenizer.newInstance(in, options));
        } catch (EngineException | LinkageError e) {
            throw new ModelException(
                    Reason.INTERNAL,
                    "the tokenizers library cannot be loaded (expected: a folder in which it may be unpacked and"
                            + " executed; DJL_CACHE_DIR names one)",
                    e);
        } catch (IOException | RuntimeException e) {
            throw json.refuse("it cannot be read", e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private Encoding run(String text, boolean processed) {
        if (text.length() > MAX_CHARACTERS) {
            throw new ModelException(
                    Reason.TOO_LONG, "text: %d characters (expected: <= %d)".formatted(text.length(), MAX_CHARACTERS));
        }
        try {
            return tokenizer.encode(text.replaceAll(LONE_SURROGATES, REPLACEMENT_CHARACTER), processed, false);
        } catch (IllegalStateException e) {
            throw e;
        } catch (RuntimeException e) {
            throw json.refuse("a text cannot be encoded", e);
        }
    }

    private static int closingSpecials(long[] specialTokenMask) {
        int count = 0;
        while (count < specialTokenMask.length && specialTokenMask[specialTokenMask.length - 1 - count] == 1) {
            count++;
        }
        return count;
    }

    private static int[] ints(long[] ids) {
        return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
    }
}
