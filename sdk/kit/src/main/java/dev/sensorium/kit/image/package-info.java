/**
 * Encoded pictures to the numbers that a vision model takes, pixel for pixel as Pillow and transformers do it.
 *
 * <ul>
 *   <li>{@link dev.sensorium.kit.image.ImageDecoder} turns a PNG, JPEG, GIF, BMP or WebP file into
 *       {@link dev.sensorium.kit.image.Pixels}, as {@code Image.open(file).convert("RGB")} does: alpha is dropped, colour
 *       profiles and gamma are ignored, the EXIF orientation only counts if asked for;
 *   <li>{@link dev.sensorium.kit.image.Resize} is Pillow's antialiased resampling in integers, bit for bit;
 *   <li>{@link dev.sensorium.kit.image.ImageProcessor} does what a {@code preprocessor_config.json} says;
 *   <li>{@link dev.sensorium.kit.image.ImageReader} and {@link dev.sensorium.kit.image.VideoReader} do all of this for
 *       the pictures and videos of requests, {@link dev.sensorium.kit.image.FrameSampling} says which frames of these,
 *       and {@link dev.sensorium.kit.image.PreparedFrames} is what an {@link dev.sensorium.spi.Embedder} prepares of
 *       them;
 *   <li>{@link dev.sensorium.kit.image.PngWriter} is the way back: pixels to a file, with texts about them.
 * </ul>
 *
 * <p>Files come from strangers. Width, height and frames are read from the header and held against the
 * {@link dev.sensorium.spi.MediaLimits} before pixels are allocated; the decoders only get those parts of a file that
 * hold pixels; and whatever is wrong with a file is a {@link dev.sensorium.spi.ModelException}.
 *
 * <p>Everything equals Pillow's pixels without tolerance. JPEGs are decoded by the libjpeg-turbo that TensorFlow brings,
 * Pillow's own decoder, on the caller's thread; what it says about broken ones goes to the standard error stream. The JDK's
 * readers give the raw samples of PNG, GIF, BMP and of JPEGs of ink, which are made RGB here by the formulas of Pillow and
 * libjpeg. WebP is decoded by Google's libwebp, Pillow's own decoder, since a pure Java one was off by up to 83 of 255
 * (another chroma upsampling) and took 80 bytes of heap per pixel.
 *
 * <p>Films, MP4 and WebM, are read by FFmpeg ({@code MovieFile}, {@code MovieDecoder}), with PyAV's pixels: no Java library
 * decodes what is filmed today. It is handed the file's bytes and the reader of its format, so that it opens nothing else,
 * and the codecs of the web alone.
 *
 * <p>To add a format, implement {@code PictureFile} and name it in {@link dev.sensorium.kit.image.ImageFormat}.
 */
@NullMarked
package dev.sensorium.kit.image;

import org.jspecify.annotations.NullMarked;
