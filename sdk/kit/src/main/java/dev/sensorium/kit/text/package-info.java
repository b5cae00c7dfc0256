/**
 * Text to token ids and back, exactly as the reference does it.
 *
 * <p>{@link dev.sensorium.kit.text.Tokenizer} reads a checkpoint's {@code tokenizer.json}, or CLIP's older pair of
 * {@code vocab.json} and {@code merges.txt}, or BERT's {@code vocab.txt}, and runs it on Hugging Face's own tokenizers
 * library through DJL's binding.
 * Why a library and not code of our own: it is the very code of the reference, so ids are equal by construction, down to
 * its regular expressions, Unicode tables and tie-breaks; and it brings byte-level BPE, WordPiece and Unigram at once,
 * which the model families need between them.
 *
 * <p>What it costs: a jar of 18 MB with natives for Linux, macOS and Windows, and a folder in which the native may be
 * unpacked and executed ({@code ~/.djl.ai}, or the system's temporary folder if the home is read-only; the environment
 * variable {@code DJL_CACHE_DIR} names another one). DJL's telemetry and downloads are switched off before its first
 * use.
 *
 * <p>To add a format, compose the {@code tokenizer.json} that is equal to it, as {@code ClipVocabulary}
 * and {@code BertVocabulary} do.
 */
@NullMarked
package dev.sensorium.kit.text;

import org.jspecify.annotations.NullMarked;
