/**
 * Published checkpoints of other forms as folders that the server loads: {@link dev.sensorium.cli.convert.MinDalleFolder}
 * reads the files of min-dalle.
 *
 * <p>Files of PyTorch are zip files with a pickle in them, and a pickle is a program. {@code Unpickler} runs none: it knows
 * dictionaries, texts, numbers and tensors, and refuses whatever else a pickle names. {@code TorchFile} finds the tensors'
 * numbers, and {@code SafetensorsWriter} writes them one after the other, so that no more than one is in memory.
 *
 * <p>To add a form, write a class beside {@code MinDalleFolder} and name it in {@code ConvertCommand}. What is wrong with a
 * file is an {@link java.io.IOException} that names the file and what was expected.
 */
@NullMarked
package dev.sensorium.cli.convert;

import org.jspecify.annotations.NullMarked;
