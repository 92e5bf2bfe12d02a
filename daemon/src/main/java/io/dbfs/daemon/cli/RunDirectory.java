package io.dbfs.daemon.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One small file for each running daemon, by mount point, so that {@code down}, {@code umount} and {@code status} find it. A
 * file whose process is gone counts as absent.
 */
final class RunDirectory {
    private static final Logger log = LoggerFactory.getLogger(RunDirectory.class);
    private static final String SUFFIX = ".json";

    private final Path folder;

    RunDirectory(Path folder) {
        this.folder = folder;
    }

    static RunDirectory ofThisUser() {
        return new RunDirectory(User.runDirectory());
    }

    /** Records a daemon; replaces what was there for its mount point. */
    void put(Run run) throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path temporary = Files.writeString(folder.resolve(run.pid() + ".new"), format(run));
        Files.move(temporary, fileOf(run.mountPoint()), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Takes back what this very daemon recorded. */
    void remove(Run run) throws IOException {
        Path file = fileOf(run.mountPoint());
        if (read(file).filter(run::equals).isPresent()) {
            Files.deleteIfExists(file);
        }
    }

    /** The living daemon of a mount point. */
    Optional<Run> find(Path mountPoint) throws IOException {
        return read(fileOf(mountPoint)).filter(run -> run.process().isPresent());
    }

    /** Every living daemon of this user. */
    List<Run> all() throws IOException {
        List<Run> runs = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                read(file).filter(run -> run.process().isPresent()).ifPresent(runs::add);
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return runs;
    }

    private Path fileOf(Path mountPoint) {
        return folder.resolve(URLEncoder.encode(mountPoint.toString(), StandardCharsets.UTF_8) + SUFFIX);
    }

    private static Optional<Run> read(Path file) throws IOException {
        try {
            return Optional.of(parse(Files.readString(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonParseException | IllegalStateException | NullPointerException | DateTimeException e) {
            log.warn("{}: not readable, ignored: {}", file, e.toString());
            return Optional.empty();
        }
    }

    private static String format(Run run) {
        JsonObject json = new JsonObject();
        json.addProperty("kind", run.kind());
        json.addProperty("pid", run.pid());
        json.addProperty("started", run.started().toString());
        json.addProperty("mount_point", run.mountPoint().toString());
        JsonArray supernodes = new JsonArray();
        run.supernodes().forEach(supernodes::add);
        json.add("supernodes", supernodes);
        json.addProperty("data", run.data());
        json.addProperty("log", run.log());
        return json + "\n";
    }

    private static Run parse(String text) {
        JsonObject json = JsonParser.parseString(text).getAsJsonObject();
        List<String> supernodes = new ArrayList<>();
        json.getAsJsonArray("supernodes").forEach(address -> supernodes.add(address.getAsString()));
        return new Run(
                json.get("kind").getAsString(),
                json.get("pid").getAsLong(),
                Instant.parse(json.get("started").getAsString()),
                Path.of(json.get("mount_point").getAsString()),
                supernodes,
                json.get("data").getAsString(),
                json.get("log").getAsString());
    }
}
