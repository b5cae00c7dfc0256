package dev.sensorium.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The guide for authors of plugins, whose fenced blocks below a line with a file's name are those files. */
final class Guide {

    private static final Path PAGE = Path.of("..", "GUIDE.md");

    private static final Pattern FILE = Pattern.compile("(?m)^`([^`\\s]+)`\\n\\n```\\w*\\n([^`]*)^```$");

    private Guide() {}

    /** Writes the files of the guide below a folder and returns their names. */
    static List<String> writeFiles(Path folder) throws IOException {
        List<MatchResult> files = FILE.matcher(Files.readString(PAGE)).results().toList();
        for (MatchResult file : files) {
            Path path = folder.resolve(file.group(1));
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.group(2));
        }
        return files.stream().map(file -> file.group(1)).toList();
    }
}
