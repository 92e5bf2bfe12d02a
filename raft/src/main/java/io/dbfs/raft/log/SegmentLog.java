package io.dbfs.raft.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dbfs.raft.DamagedStorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of a replicated log, durable when {@link #append} returns. After a power cut those of a batch in progress are
 * there from its first up to any, as no record is believed that has none before it. Thread-safe: readers do not wait for the
 * disk's writes.
 *
 * <p>A segment is written from its start, and never again after the process that did so has ended or has cut it short: what a
 * torn batch left in it is thus never followed by new records. Once a write failed all others are refused, because nobody knows
 * any more what the disk has (fsync(2), EIO).
 */
public final class SegmentLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentLog.class);
    /** What is written at once; a longer batch takes several writes. */
    private static final int BUFFER_BYTES = 256 << 10;

    private final SegmentFiles files;
    private final ByteBuffer buffer = SegmentWriter.buffer(BUFFER_BYTES);
    private final Lock readLock;
    private final Lock writeLock;

    /** In order; changed under {@link #writeLock}. */
    private final List<Segment> segments = new ArrayList<>();
    /** Lengths of the records of the newest segment that readers do not see yet. */
    @GuardedBy("this")
    private final List<Integer> unseen = new ArrayList<>();

    @GuardedBy("this")
    private @Nullable SegmentWriter writer;

    @GuardedBy("this")
    private boolean hasFailed;

    @GuardedBy("this")
    private final SyncedMark mark;

    private volatile long first = 1;
    private volatile long last;

    private SegmentLog(SegmentFiles files, SyncedMark mark) {
        this.files = files;
        this.mark = mark;
        ReadWriteLock lock = new ReentrantReadWriteLock();
        readLock = lock.readLock();
        writeLock = lock.writeLock();
    }

    /**
     * Opens the log in a directory, which is made where it is missing.
     *
     * @param background does what nobody waits for
     * @param visitor is shown every record, in order; its bytes only while it looks
     * @throws DamagedStorageException when records are damaged that were durable
     * @throws IOException when the disk fails
     */
    public static SegmentLog open(Path directory, Executor background, Consumer<LogRecord> visitor) throws IOException {
        SegmentFiles files = new SegmentFiles(directory, background);
        SegmentLog log = new SegmentLog(files, SyncedMark.open(directory));
        try {
            log.load(visitor);
        } catch (IOException | RuntimeException e) {
            log.close();
            throw e;
        }
        return log;
    }

    /** Index of the first record; one more than {@link #last} where there is none. */
    public long first() {
        return first;
    }

    /** Index of the last durable record; 0 in a new log. */
    public long last() {
        return last;
    }

    /**
     * A record; empty for an index that the log does not have.
     *
     * @throws IOException when the disk fails, or the record is damaged
     */
    public Optional<LogRecord> read(long index) throws IOException {
        readLock.lock();
        try {
            return index < first || index > last
                    ? Optional.empty()
                    : Optional.of(segmentOf(index).read(index));
        } finally {
            readLock.unlock();
        }
    }

    /**
     * Appends records, durably.
     *
     * @throws IOException when the disk fails or is full, or a write before failed
     */
    public synchronized void append(List<LogRecord> records) throws IOException {
        requireSound();
        try {
            for (LogRecord record : records) {
                append(record);
            }
            sync();
        } catch (IOException | RuntimeException e) {
            hasFailed = true;
            throw e;
        }
    }

    /** Lets go of the records before {@code firstKept}; after a crash some of them may be there again. */
    public synchronized void truncatePrefix(long firstKept) throws IOException {
        requireSound();
        if (firstKept > last + 1) {
            reset(firstKept);
            return;
        }
        List<Segment> gone = new ArrayList<>();
        writeLock.lock();
        try {
            while (segments.size() > 1 && segments.get(1).first() <= firstKept) {
                gone.add(segments.remove(0));
            }
            first = Math.max(first, firstKept);
        } finally {
            writeLock.unlock();
        }
        files.remove(gone);
    }

    /** Removes the records after {@code lastKept}, durably. */
    public synchronized void truncateSuffix(long lastKept) throws IOException {
        requireSound();
        if (lastKept >= last) {
            return;
        }
        lowerMark(lastKept);
        if (segments.isEmpty() || lastKept < segments.get(0).first()) {
            reset(lastKept + 1);
            return;
        }
        try {
            closeWriter();
            files.remove(forgetAfter(lastKept));
            Segment newest = segments.get(segments.size() - 1);
            if (newest.last() > lastKept) {
                shorten(newest, lastKept);
            }
        } catch (IOException e) {
            hasFailed = true;
            throw e;
        }
    }

    /** Empties the log, durably; its next record will have this index. */
    public synchronized void reset(long next) throws IOException {
        requireSound();
        lowerMark(next - 1);
        try {
            closeWriter();
            // A base makes void what is before it, so what is after it goes first.
            files.remove(forgetAfter(next));
            // From here on the others are void, whether or not they can be removed before a crash.
            Segment base = files.create(next, true);
            List<Segment> gone = new ArrayList<>();
            writeLock.lock();
            try {
                for (Segment segment : segments) {
                    if (segment.first() == next) {
                        // Its file is the base's now.
                        segment.close();
                    } else {
                        gone.add(segment);
                    }
                }
                segments.clear();
                segments.add(base);
                first = next;
                last = next - 1;
            } finally {
                writeLock.unlock();
            }
            files.remove(gone);
        } catch (IOException e) {
            hasFailed = true;
            throw e;
        }
    }

    /** Closes its files. Nobody uses it any more. */
    @Override
    public synchronized void close() throws IOException {
        hasFailed = true;
        closeWriter();
        mark.close();
        writeLock.lock();
        try {
            for (Segment segment : segments) {
                segment.close();
            }
        } finally {
            writeLock.unlock();
        }
    }

    private synchronized void load(Consumer<LogRecord> visitor) throws IOException {
        List<Path> paths = files.segments();
        List<SegmentHeader> headers = new ArrayList<>();
        int base = 0;
        for (Path path : paths) {
            SegmentHeader header = header(path);
            base = header.isBase() ? headers.size() : base;
            headers.add(header);
        }
        for (Path path : paths.subList(0, base)) {
            Files.delete(path);
        }
        for (int i = base; i < paths.size(); i++) {
            boolean isNewest = i + 1 == paths.size();
            long end = isNewest ? Long.MAX_VALUE : headers.get(i + 1).first() - 1;
            Segment segment = Segment.open(paths.get(i), end, visitor);
            segments.add(segment);
            if (!isNewest && segment.last() != end) {
                throw segment.damaged(Long.toString(end));
            }
        }
        if (!segments.isEmpty()) {
            first = segments.get(0).first();
            last = segments.get(segments.size() - 1).last();
        }
        requireSynced();
    }

    /** What was acknowledged is there, and what is there is durable from now on. */
    @GuardedBy("this")
    private void requireSynced() throws IOException {
        if (last < mark.index()) {
            String expected = mark.index() + " or later, which were synced";
            throw segments.isEmpty()
                    ? new DamagedStorageException(
                            files.directory(), "it has no log segment (expected: up to index " + expected + ")")
                    : segments.get(segments.size() - 1).damaged(expected);
        }
        if (!segments.isEmpty()) {
            segments.get(segments.size() - 1).force();
        }
        mark.raise(last);
    }

    @GuardedBy("this")
    private void lowerMark(long lastKept) throws IOException {
        try {
            mark.lower(lastKept);
        } catch (IOException e) {
            hasFailed = true;
            throw e;
        }
    }

    private static SegmentHeader header(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return SegmentHeader.read(channel, path);
        }
    }

    @GuardedBy("this")
    private void append(LogRecord record) throws IOException {
        long next = last + unseen.size() + 1;
        if (record.index() != next) {
            throw new IOException("log record of index " + record.index() + " (expected: " + next + ")");
        }
        int bytes = RecordFormat.bytes(record);
        SegmentWriter to = writer;
        if (to == null || to.end() + bytes > SegmentFiles.CAPACITY_BYTES) {
            to = roll(next);
        }
        to.put(RecordFormat.header(segments.get(segments.size() - 1).header().salt(), record, last));
        to.put(record.bytes().duplicate());
        unseen.add(bytes);
        if (to.end() > SegmentFiles.CAPACITY_BYTES / 2) {
            files.prepare();
        }
    }

    /** Begins another segment. */
    @GuardedBy("this")
    private SegmentWriter roll(long next) throws IOException {
        sync();
        closeWriter();
        Segment newest = segments.isEmpty() ? null : segments.get(segments.size() - 1);
        boolean replaces = newest != null && newest.isEmpty();
        boolean isBase = newest == null || (replaces && newest.header().isBase());
        Segment segment = files.create(next, isBase);
        writeLock.lock();
        try {
            if (replaces) {
                segments.remove(segments.size() - 1).close();
            }
            segments.add(segment);
        } finally {
            writeLock.unlock();
        }
        SegmentWriter opened = SegmentWriter.open(segment, buffer);
        writer = opened;
        return opened;
    }

    /** Makes what was appended durable, and shows it to readers. */
    @GuardedBy("this")
    private void sync() throws IOException {
        if (writer == null) {
            return;
        }
        writer.sync();
        writeLock.lock();
        try {
            Segment newest = segments.get(segments.size() - 1);
            unseen.forEach(newest::added);
            last = newest.last();
        } finally {
            writeLock.unlock();
        }
        unseen.clear();
        mark.raise(last);
    }

    @GuardedBy("this")
    private void closeWriter() throws IOException {
        unseen.clear();
        if (writer != null) {
            SegmentWriter closed = writer;
            writer = null;
            closed.close();
        }
    }

    /** The segments that begin after an index, the newest first, which readers no longer see. */
    @GuardedBy("this")
    private List<Segment> forgetAfter(long lastKept) {
        List<Segment> gone = new ArrayList<>();
        writeLock.lock();
        try {
            while (!segments.isEmpty() && segments.get(segments.size() - 1).first() > lastKept) {
                gone.add(segments.remove(segments.size() - 1));
            }
            last = Math.min(last, lastKept);
        } finally {
            writeLock.unlock();
        }
        return gone;
    }

    /** Puts a segment without the records after {@code lastKept} in place of the newest one. */
    @GuardedBy("this")
    private void shorten(Segment newest, long lastKept) throws IOException {
        Segment shorter = files.draft(newest.first(), newest.header().isBase());
        try (SegmentWriter copy = SegmentWriter.open(shorter, buffer)) {
            for (long index = newest.first(); index <= lastKept; index++) {
                LogRecord record = newest.read(index);
                copy.put(RecordFormat.header(shorter.header().salt(), record, newest.first() - 1));
                copy.put(record.bytes().duplicate());
                shorter.added(RecordFormat.bytes(record));
            }
            copy.sync();
        }
        Segment published = files.publish(shorter);
        writeLock.lock();
        try {
            segments.set(segments.size() - 1, published);
            newest.close();
        } finally {
            writeLock.unlock();
        }
        LOG.info("log {}: cut after index {}", published.path(), lastKept);
    }

    @GuardedBy("this")
    private void requireSound() throws IOException {
        if (hasFailed) {
            throw new IOException("the log is closed, or a write to it failed before");
        }
    }

    private Segment segmentOf(long index) {
        int low = 0;
        int high = segments.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (segments.get(middle).first() <= index) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return segments.get(low);
    }
}
