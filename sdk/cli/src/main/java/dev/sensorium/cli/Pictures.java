package dev.sensorium.cli;

import dev.sensorium.client.Content;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * The pictures in a folder and the folders in it, by their names' endings.
 *
 * @param files the pictures in the order of their paths
 * @param unreadable folders and files that could not be looked at, with the reason
 */
record Pictures(List<Path> files, Map<Path, String> unreadable) {

    private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "gif", "bmp", "webp");
    private static final Set<String> FILMS = Set.of("mp4", "m4v", "mov", "webm");

    static Pictures in(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        Map<Path, String> unreadable = new TreeMap<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (isPicture(file.getFileName().toString())) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                unreadable.put(file, Failures.describe(failure));
                return FileVisitResult.CONTINUE;
            }
        });
        files.sort(null);
        return new Pictures(files, unreadable);
    }

    /** Returns what is in a file: a video if it moves, else a picture. */
    static Content read(Path file) {
        return moves(file) ? Content.videoFile(file) : Content.image(file);
    }

    /** Tells whether a file is a GIF of several frames, or a film by its name's ending. */
    private static boolean moves(Path file) {
        String ending = ending(file.getFileName().toString());
        if (!ending.equals("gif")) {
            return FILMS.contains(ending);
        }
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream input = ImageIO.createImageInputStream(file.toFile())) {
            if (input == null) {
                return false;
            }
            reader.setInput(input);
            return reader.getNumImages(true) > 1;
        } catch (IOException e) {
            return false; // who reads it next says what is wrong with it
        } finally {
            reader.dispose();
        }
    }

    /** Tells whether a file's name ends as those of pictures do. */
    static boolean isPicture(String name) {
        return ENDINGS.contains(ending(name));
    }

    private static String ending(String name) {
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
