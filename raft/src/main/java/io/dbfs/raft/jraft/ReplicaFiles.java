package io.dbfs.raft.jraft;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dbfs.raft.ReplicatedGroup.Member;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A replica's directories as a whole: what is damaged is set aside, and that they are being filled again is kept. */
final class ReplicaFiles {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaFiles.class);
    private static final String MEMBERS = "members";
    private static final String REFILLING = "refilling";
    private static final String DAMAGED = ".damaged-";
    /** Of each directory, so that damage that comes again and again does not fill the disk. */
    private static final int SET_ASIDE_MAX = 2;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss").withZone(ZoneOffset.UTC);

    private final Path raft;
    private final Path state;
    private final InstantSource clock;

    ReplicaFiles(Path raft, Path state, InstantSource clock) {
        this.raft = raft;
        this.state = state;
        this.clock = clock;
    }

    static Path log(Path raft) {
        return raft.resolve("log");
    }

    static Path vote(Path raft) {
        return raft.resolve("vote");
    }

    static Path snapshot(Path raft) {
        return raft.resolve("snapshot");
    }

    Path state() {
        return state;
    }

    /** Whether this replica lost its log and was not filled again since. */
    boolean isRefilling() {
        return Files.exists(raft.resolve(REFILLING));
    }

    /** From now on, and after any crash, this replica is one that lost its log. */
    void beginRefill() throws IOException {
        write(REFILLING, List.of());
    }

    void endRefill() throws IOException {
        Files.deleteIfExists(raft.resolve(REFILLING));
        sync(raft);
    }

    /**
     * Renames log, snapshots and state, and gives the new names. The three go together: snapshots share files with the
     * state, and the log continues them. The vote stays, where it can be read.
     *
     * @param vote whether that cannot be read
     */
    List<Path> setAside(boolean vote) throws IOException {
        String suffix = DAMAGED + TIME.format(clock.instant().truncatedTo(ChronoUnit.SECONDS));
        List<Path> moved = new ArrayList<>();
        for (Path directory : vote
                ? List.of(log(raft), snapshot(raft), state, vote(raft))
                : List.of(log(raft), snapshot(raft), state)) {
            if (Files.exists(directory)) {
                moved.add(setAside(directory, suffix));
            }
        }
        return moved;
    }

    /** The members as this replica knew them last; empty when it never did. */
    List<Member> members() throws IOException {
        Path path = raft.resolve(MEMBERS);
        if (Files.notExists(path)) {
            return List.of();
        }
        return Files.readAllLines(path).stream()
                .map(line -> line.split(" ", 2))
                .filter(words -> words.length == 2)
                .map(words -> new Member(words[1], words[0].equals("voter")))
                .toList();
    }

    /** Notes the members. It only tells whether others may fill this replica again, so a failure ends nothing. */
    void remember(List<Member> members) {
        try {
            if (!members.isEmpty() && !members.equals(members())) {
                write(
                        MEMBERS,
                        members.stream()
                                .map(member -> (member.votes() ? "voter " : "learner ") + member.raftAddress())
                                .toList());
            }
        } catch (IOException e) {
            LOG.warn("write {}: {}", raft.resolve(MEMBERS), e.toString());
        }
    }

    private void write(String name, List<String> lines) throws IOException {
        Files.createDirectories(raft);
        Path unfinished = raft.resolve(name + ".unfinished");
        Files.write(unfinished, lines, UTF_8);
        sync(unfinished);
        Files.move(unfinished, raft.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        sync(raft);
    }

    private static Path setAside(Path directory, String suffix) throws IOException {
        String name = directory.getFileName().toString();
        Path parent = directory.resolveSibling(".").normalize();
        List<Path> earlier;
        try (Stream<Path> siblings = Files.list(parent)) {
            earlier = siblings.filter(path -> path.getFileName().toString().startsWith(name + DAMAGED))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
        for (Path old : earlier.subList(Math.min(SET_ASIDE_MAX - 1, earlier.size()), earlier.size())) {
            delete(old);
        }
        Path target = directory.resolveSibling(name + suffix);
        for (int again = 2; Files.exists(target); again++) {
            target = directory.resolveSibling(name + suffix + "-" + again);
        }
        Files.move(directory, target, StandardCopyOption.ATOMIC_MOVE);
        sync(parent);
        return target;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
