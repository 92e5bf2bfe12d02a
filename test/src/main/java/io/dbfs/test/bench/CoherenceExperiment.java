package io.dbfs.test.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** How soon one mount shows what another one changed. Each change is of something that the other mount has just looked at. */
final class CoherenceExperiment {
    private static final double SEEN_WITHIN_SECONDS = 30;
    private static final long POLL_NANOS = 20_000;
    private static final Set<PosixFilePermission> READ_ONLY = Set.of(PosixFilePermission.OWNER_READ);

    private final String suite;
    private final Path here;
    private final Path there;
    private final int rounds;
    private final Report report;

    /**
     * @param here a directory of one mount
     * @param there the same of another
     */
    CoherenceExperiment(String suite, Path here, Path there, boolean quick, Report report) {
        this.suite = suite;
        this.here = here;
        this.there = there;
        this.rounds = quick ? 30 : 200;
        this.report = report;
    }

    /** Something done on one mount. */
    private interface Change {
        void make(int round) throws IOException;
    }

    /** Whether the other mount shows it. */
    private interface Check {
        boolean holds(int round) throws IOException;
    }

    void run() throws IOException {
        names();
        attributes();
        data();
    }

    private void names() throws IOException {
        measure(
                "create",
                "create: the name is there",
                round -> requireNot(exists(there.resolve("f" + round))),
                round -> Files.createFile(here.resolve("f" + round)),
                round -> exists(there.resolve("f" + round)));
        measure(
                "rename",
                "rename: the old name is gone, the new one there",
                round -> requireNot(exists(there.resolve("g" + round))),
                round -> Files.move(here.resolve("f" + round), here.resolve("g" + round)),
                round -> exists(there.resolve("g" + round)) && !exists(there.resolve("f" + round)));
        measure(
                "replace",
                "rename over a file: the name is another file's",
                round -> {
                    Files.writeString(here.resolve("h"), "round " + round);
                    requireNot(Files.readString(there.resolve("g0")).equals("round " + round));
                },
                round -> Files.move(here.resolve("h"), here.resolve("g0"), StandardCopyOption.REPLACE_EXISTING),
                round -> Files.readString(there.resolve("g0")).equals("round " + round));
        measure(
                "unlink",
                "unlink: the name is gone",
                round -> requireNot(!exists(there.resolve("g" + round))),
                round -> Files.delete(here.resolve("g" + round)),
                round -> !exists(there.resolve("g" + round)));
    }

    private void attributes() throws IOException {
        Path file = Files.createFile(here.resolve("attributes"));
        Path seen = there.resolve("attributes");
        await(() -> exists(seen), "attributes");
        Set<PosixFilePermission> both = Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        measure(
                "chmod",
                "chmod: stat shows the mode",
                round -> requireNot(Files.getPosixFilePermissions(seen).equals(round % 2 == 0 ? READ_ONLY : both)),
                round -> Files.setPosixFilePermissions(file, round % 2 == 0 ? READ_ONLY : both),
                round -> Files.getPosixFilePermissions(seen).equals(round % 2 == 0 ? READ_ONLY : both));
        measure(
                "size",
                "append and close: stat shows the size",
                round -> requireNot(Files.size(seen) == round + 1),
                round -> Files.writeString(file, "x", StandardOpenOption.APPEND),
                round -> Files.size(seen) == round + 1);
    }

    private void data() throws IOException {
        Path file = Files.writeString(here.resolve("data"), text(-1));
        Path seen = there.resolve("data");
        await(() -> exists(seen), "data");
        measure(
                "data",
                "overwrite and close: a reader that opens the file",
                round -> requireNot(Files.readString(seen).equals(text(round))),
                round -> Files.writeString(file, text(round)),
                round -> Files.readString(seen).equals(text(round)));
        try (FileChannel open = FileChannel.open(seen, StandardOpenOption.READ);
                FileChannel writing = FileChannel.open(file, StandardOpenOption.WRITE)) {
            measure(
                    "data-open",
                    "overwrite and fsync: a reader that has it open",
                    round -> requireNot(read(open).equals(text(-2 - round))),
                    round -> {
                        writing.write(ByteBuffer.wrap(text(-2 - round).getBytes(StandardCharsets.UTF_8)), 0);
                        writing.force(true);
                    },
                    round -> read(open).equals(text(-2 - round)));
        }
    }

    /** Of the same length always. */
    private static String text(int round) {
        return String.format("%08x", round);
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(64);
        channel.read(buffer, 0);
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
    }

    private void measure(String id, String label, Change before, Change change, Check seen) throws IOException {
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            int round = i;
            before.make(round);
            change.make(round);
            millis.add(await(() -> seen.holds(round), label));
        }
        millis.sort(Double::compare);
        report.add(LatencyRow.of(suite, id, label, millis));
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    /** Looks again and again; the milliseconds until it held. */
    private static double await(Condition condition, String what) throws IOException {
        long start = System.nanoTime();
        while (!condition.holds()) {
            if (Pace.seconds(start) > SEEN_WITHIN_SECONDS) {
                throw new IOException("not seen on the other mount within " + SEEN_WITHIN_SECONDS + " s: " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return Pace.seconds(start) * 1000;
    }

    private static boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static void requireNot(boolean seenAlready) throws IOException {
        if (seenAlready) {
            throw new IOException("the other mount shows a change before it is made");
        }
    }
}
