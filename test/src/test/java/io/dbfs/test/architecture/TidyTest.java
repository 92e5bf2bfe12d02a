package io.dbfs.test.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules of style that no other tool of the build holds. */
final class TidyTest {
    private static final int METHOD_LINES_MAX = 70;
    private static final int FILE_LINES_MAX = 600;
    /** The formatter indents members by four: a method begins and ends there. */
    private static final Pattern METHOD_START =
            Pattern.compile("^ {4}(?! )(?!.*\\b(class|interface|enum|record)\\b)[^=;@*/]*\\(.*[({]$");

    private static final Pattern LEFTOVER = Pattern.compile("\\b(TODO|FIXME|XXX)\\b|@Disabled\\b");

    @Test
    void methodsFitAScreen() {
        List<String> tooLong = new ArrayList<>();
        for (Path file : sources()) {
            List<String> lines = lines(file);
            int start = -1;
            for (int i = 0; i < lines.size(); i++) {
                if (start < 0 && METHOD_START.matcher(lines.get(i)).matches()) {
                    start = i;
                }
                if (start >= 0 && endsMember(lines.get(i))) {
                    if (i - start + 1 > METHOD_LINES_MAX) {
                        tooLong.add(file.getFileName() + ":" + (start + 1) + " has " + (i - start + 1) + " lines");
                    }
                    start = -1;
                }
            }
        }
        assertEquals(List.of(), tooLong, "methods of more than " + METHOD_LINES_MAX + " lines");
    }

    private static boolean endsMember(String line) {
        return line.equals("    }") || line.matches("^ {4}\\S.*;$");
    }

    @Test
    void filesHoldOneNoun() {
        List<String> tooLong = sources().stream()
                .filter(file -> lines(file).size() > FILE_LINES_MAX)
                .map(Path::toString)
                .toList();
        assertEquals(List.of(), tooLong, "files of more than " + FILE_LINES_MAX + " lines");
    }

    @Test
    void nothingIsLeftForLater() {
        List<String> leftovers = new ArrayList<>();
        for (Path file : sources()) {
            if (file.getFileName().toString().equals("TidyTest.java")) {
                continue;
            }
            List<String> lines = lines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (LEFTOVER.matcher(lines.get(i)).find()) {
                    leftovers.add(file.getFileName() + ":" + (i + 1) + ": "
                            + lines.get(i).strip());
                }
            }
        }
        assertEquals(List.of(), leftovers);
    }

    @Test
    void everyPackageIsNonNullByDefault() throws IOException {
        List<String> unmarked = new ArrayList<>();
        for (Path module : modules()) {
            Path root = module.resolve("src/main/java");
            if (!Files.isDirectory(root)) {
                continue;
            }
            try (Stream<Path> tree = Files.walk(root)) {
                for (Path directory : tree.filter(Files::isDirectory).toList()) {
                    if (holdsClasses(directory) && !isNullMarked(directory.resolve("package-info.java"))) {
                        unmarked.add(directory.toString());
                    }
                }
            }
        }
        assertEquals(List.of(), unmarked, "packages without @NullMarked in package-info.java");
    }

    private static boolean holdsClasses(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.anyMatch(file -> file.toString().endsWith(".java"));
        }
    }

    private static boolean isNullMarked(Path packageInfo) {
        return Files.exists(packageInfo) && lines(packageInfo).contains("@NullMarked");
    }

    private static List<Path> sources() {
        List<Path> result = new ArrayList<>();
        for (Path module : modules()) {
            for (String tree : List.of("src/main/java", "src/test/java")) {
                Path root = module.resolve(tree);
                if (Files.isDirectory(root)) {
                    try (Stream<Path> files = Files.walk(root)) {
                        files.filter(file -> file.toString().endsWith(".java")).forEach(result::add);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            }
        }
        assertTrue(result.size() > 50, "sources found: " + result.size());
        return result;
    }

    private static List<Path> modules() {
        Path root = Path.of("..").toAbsolutePath().normalize();
        return Stream.of("common", "raft", "supernode", "cluster", "fuse-mount", "daemon", "test")
                .map(root::resolve)
                .toList();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
