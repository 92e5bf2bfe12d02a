package io.dbfs.raft.log;

import io.dbfs.common.bulk.DirectIo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log's directory. A segment is named after the index of its first record, in 16 hex digits. Files that wait for their next
 * use have blocks for all their bytes: a write into them changes nothing that a filesystem would have to note. Thread-safe.
 */
final class SegmentFiles {
    /** Of a segment; a record that is longer makes its segment longer. */
    static final int CAPACITY_BYTES = 8 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(SegmentFiles.class);
    private static final String SPARE = "spare-";
    private static final int SPARES_MAX = 2;
    private static final ByteBuffer ZEROS = SegmentWriter.buffer(256 << 10);

    private final Path directory;
    private final Executor background;
    private final SecureRandom random = new SecureRandom();
    private final Deque<Path> spares = new ArrayDeque<>();
    private long nextSpare;
    private boolean isPreparing;

    SegmentFiles(Path directory, Executor background) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.background = background;
        for (Path path : list(SPARE + "*")) {
            // Whether it was finished is not known.
            Files.delete(path);
        }
    }

    Path directory() {
        return directory;
    }

    /** The segments there are, in order. */
    List<Path> segments() throws IOException {
        return list("[0-9a-f]*");
    }

    /** Makes an empty segment, durably, in place of one that begins with the same index. */
    Segment create(long first, boolean isBase) throws IOException {
        return publish(draft(first, isBase));
    }

    /** Makes an empty segment that is none of the log's before {@link #publish}. */
    synchronized Segment draft(long first, boolean isBase) throws IOException {
        Path spare = spares.isEmpty() ? makeSpare() : spares.remove();
        SegmentHeader header = new SegmentHeader(first, isBase, random.nextLong());
        try (FileChannel channel = FileChannel.open(spare, StandardOpenOption.WRITE)) {
            WholeBuffers.write(channel, 0, header.encode());
            channel.force(true);
        }
        return new Segment(spare, header);
    }

    /** Puts a segment, with what was written to it, in place of one that begins with the same index. */
    synchronized Segment publish(Segment draft) throws IOException {
        Path path = directory.resolve(String.format("%016x", draft.first()));
        Files.move(draft.path(), path, StandardCopyOption.ATOMIC_MOVE);
        syncDirectory();
        return draft.at(path);
    }

    /** Removes segments in this order, durably, and keeps some of their files for others. */
    synchronized void remove(List<Segment> segments) throws IOException {
        for (Segment segment : segments) {
            segment.close();
            if (spares.size() < SPARES_MAX && Files.size(segment.path()) == CAPACITY_BYTES) {
                Path spare = spareName();
                Files.move(segment.path(), spare, StandardCopyOption.ATOMIC_MOVE);
                spares.add(spare);
            } else {
                Files.delete(segment.path());
            }
        }
        // Before any of them is written to under another name.
        syncDirectory();
    }

    /** Sees to it that the next segment finds a file, without waiting for it. */
    synchronized void prepare() {
        if (!spares.isEmpty() || isPreparing) {
            return;
        }
        isPreparing = true;
        try {
            background.execute(this::addSpare);
        } catch (RejectedExecutionException e) {
            // Who needs it makes it.
            isPreparing = false;
        }
    }

    private void addSpare() {
        Path made = null;
        try {
            made = fill(reserveName());
        } catch (IOException e) {
            // Whoever needs one will say it.
            LOG.debug("prepare a segment of the log {}: {}", directory, e.toString());
        }
        synchronized (this) {
            isPreparing = false;
            if (made != null) {
                spares.add(made);
            }
        }
    }

    private Path makeSpare() throws IOException {
        return fill(spareName());
    }

    private synchronized Path reserveName() {
        return spareName();
    }

    private Path spareName() {
        return directory.resolve(SPARE + nextSpare++);
    }

    private static Path fill(Path path) throws IOException {
        Files.createFile(path);
        try {
            // Past the page cache where that can be: it would only be filled with zeros.
            Optional<FileChannel> direct = DirectIo.open(path, StandardOpenOption.WRITE);
            if (direct.isEmpty() || !fill(direct.get())) {
                fillThroughCache(path);
            }
        } catch (IOException e) {
            Files.deleteIfExists(path);
            throw e;
        }
        return path;
    }

    /** Whether that was possible. */
    private static boolean fill(FileChannel direct) {
        try (direct) {
            write(direct);
            return true;
        } catch (IOException e) {
            LOG.debug("a segment cannot be filled past the page cache: {}", e.toString());
            return false;
        }
    }

    private static void fillThroughCache(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            write(channel);
        }
    }

    private static void write(FileChannel channel) throws IOException {
        for (long at = 0; at < CAPACITY_BYTES; at += ZEROS.capacity()) {
            WholeBuffers.write(channel, at, ZEROS.duplicate());
        }
        channel.force(true);
    }

    private void syncDirectory() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private List<Path> list(String glob) throws IOException {
        List<Path> found = new ArrayList<>();
        try (var paths = Files.newDirectoryStream(directory, glob)) {
            paths.forEach(found::add);
        }
        found.sort(null);
        return found;
    }
}
