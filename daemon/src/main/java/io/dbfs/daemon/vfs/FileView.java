package io.dbfs.daemon.vfs;

import io.dbfs.proto.FileAttributes;
import io.dbfs.proto.GetExtentsReply;
import io.dbfs.proto.Inode;
import io.dbfs.proto.OpenReply;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An open file as this mount sees it: what the cluster has committed, and over it what was written here and is not
 * committed yet. Everything is guarded by {@link #lock}, which is never held across a request.
 */
final class FileView {
    final ReentrantLock lock = new ReentrantLock();
    final RangeMap overlay = new RangeMap();
    final CommittedMap committed = new CommittedMap();
    /** Not committed yet, oldest first; the last may still be open. */
    final Deque<WriteBatch> batches = new ArrayDeque<>();

    final InventedZeros inventedZeros = new InventedZeros();
    final ShortReads shortReads = new ShortReads();

    private FileAttributes contents;
    private long size;
    /** How often other mounts changed the file, and up to which of these the cluster was asked. */
    private int changesElsewhere;

    private int changesAskedFor;

    FileView(FileAttributes contents) {
        this.contents = contents;
        this.size = contents.getSize();
        if (!contents.getExists()) {
            committed.reset(contents.getVersion());
        }
    }

    /** The size as a program on this mount sees it. */
    long size() {
        return size;
    }

    void grow(long end) {
        size = Math.max(size, end);
    }

    boolean isDirty() {
        return !batches.isEmpty();
    }

    /** The newest the cluster told of the file. */
    FileAttributes contents() {
        return contents;
    }

    /** Another mount has changed the file: what is known of it counts no more. */
    void changedElsewhere() {
        changesElsewhere++;
        committed.forget();
    }

    /** Whether another mount has changed the file since the cluster was asked about it ({@link #asked}). */
    boolean isOutdated() {
        return changesElsewhere != changesAskedFor;
    }

    int changesElsewhere() {
        return changesElsewhere;
    }

    /** When this many changes had been heard of, the cluster was asked and told this. */
    void asked(int changes, FileAttributes news) {
        changesAskedFor = changes;
        observe(news);
    }

    /** The cluster told this; older news than what is known change nothing. */
    void observe(FileAttributes news) {
        if (news.getVersion() >= contents.getVersion()) {
            contents = news;
        }
        settleSize();
    }

    /** What is written and not committed counts; all else is the cluster's. */
    void settleSize() {
        size = Math.max(contents.getSize(), overlay.end());
    }

    void opened(OpenReply reply) {
        long version = reply.getAttributes().getVersion();
        if (version < contents.getVersion()) {
            return;
        }
        observe(reply.getAttributes());
        long end = reply.getComplete() ? Long.MAX_VALUE : CommittedMap.endOf(reply.getExtentsList());
        if (!committed.knows(version, 0, end)) {
            committed.learn(
                    version,
                    0,
                    end,
                    new CommittedMap.Reply(reply.getExtentsList(), reply.getChunksList(), reply.getNodesList()));
        }
    }

    /** Learns what the cluster told of [from, {@code complete_to}). */
    void learned(long from, GetExtentsReply reply) {
        observe(reply.getAttributes());
        long version = reply.getAttributes().getVersion();
        if (version == contents.getVersion()) {
            long to = reply.getCompleteTo() >= contents.getSize() ? Long.MAX_VALUE : reply.getCompleteTo();
            committed.learn(
                    version,
                    from,
                    Math.max(from, to),
                    new CommittedMap.Reply(reply.getExtentsList(), reply.getChunksList(), reply.getNodesList()));
        }
    }

    /** The contents' attributes with what is not committed yet. */
    FileAttributes current(Inode identity) {
        WriteBatch last = batches.peekLast();
        if (last == null) {
            return contents;
        }
        FileAttributes.Builder current = contents.toBuilder()
                .setExists(true)
                .setSize(size)
                .setAllocatedBytes(Math.max(
                        contents.getAllocatedBytes(), Math.min(size, contents.getAllocatedBytes() + dirtyBytes())))
                .setMtimeNanos(last.setMtimeNanos().orElse(last.timeNanos()))
                .setCtimeNanos(last.timeNanos());
        if (!contents.getExists()) {
            current.setAtimeNanos(identity.getAtimeNanos());
        }
        last.setAtimeNanos().ifPresent(current::setAtimeNanos);
        return current.build();
    }

    private long dirtyBytes() {
        long bytes = 0;
        for (WriteBatch batch : batches) {
            bytes += batch.bytes();
        }
        return bytes;
    }

    /**
     * Copies into {@code target} what memory has of the file from {@code offset} on, and says what has to be fetched.
     * The target's position stays.
     */
    ReadPlan plan(long offset, ByteBuffer target) {
        long length = Math.min(target.remaining(), size - offset);
        if (length <= 0) {
            return ReadPlan.END_OF_FILE;
        }
        Planner planner = new Planner(offset, target);
        long end = offset + length;
        if (overlay.isEmpty()) {
            planner.committed(offset, end);
        } else {
            planner.position = offset;
            overlay.forEach(offset, end, planner::logged);
            planner.committed(planner.position, end);
        }
        return planner.missing ? ReadPlan.missing(planner.missingFrom) : ReadPlan.of((int) length, planner.parts);
    }

    /** Where data or a hole begins, at {@code offset} or after it; see {@link SeekPlan}. */
    SeekPlan seek(long offset, boolean data) {
        return new SeekPlan.Search(overlay, committed, contents, size).from(offset, data);
    }

    /** Stored pieces of [from, to), as far as they are known here. Takes the lock itself. */
    List<Piece> stored(long from, long to) {
        List<Piece> pieces = new ArrayList<>();
        lock.lock();
        try {
            long end = Math.min(to, contents.getSize());
            long known = Math.min(end, committed.knownTo(contents.getVersion(), from));
            if (from < known) {
                committed.forEach(from, known, pieces::add);
            }
        } finally {
            lock.unlock();
        }
        return pieces;
    }

    /** One pass over a range to read. */
    private final class Planner {
        private final long offset;
        private final ByteBuffer target;
        private final List<ReadPlan.Part> parts = new ArrayList<>(2);
        private long position;
        private boolean missing;
        private long missingFrom;

        Planner(long offset, ByteBuffer target) {
            this.offset = offset;
            this.target = target;
        }

        void logged(Piece piece) {
            committed(position, piece.offset());
            position = piece.end();
            Source.Logged source = (Source.Logged) piece.source();
            if (!source.log().isReleased()) {
                source.log().copyOut(source.from(), slice(piece));
                return;
            }
            var stored = source.log().delivery.stored();
            if (stored != null) {
                fetch(piece, new Source.Stored(stored, source.log().length(), source.from()));
            }
        }

        /** What the cluster has of [from, to): beyond its size nothing, so zeros. */
        void committed(long from, long to) {
            if (from >= to || missing) {
                return;
            }
            long known = Math.min(to, contents.getSize());
            if (from < known) {
                if (!committed.knows(contents.getVersion(), from, known)) {
                    missing = true;
                    missingFrom = committed.knownTo(contents.getVersion(), from);
                    return;
                }
                position = from;
                committed.forEach(from, known, this::stored);
                zeros(position, known);
            }
            zeros(Math.max(from, known), to);
            position = to;
        }

        private void stored(Piece piece) {
            zeros(position, piece.offset());
            position = piece.end();
            Source source = piece.source();
            if (source instanceof Source.Stored stored) {
                fetch(piece, stored);
            } else if (source instanceof Source.Inline inline) {
                inline.bytes()
                        .substring(inline.from(), inline.from() + (int) piece.length())
                        .copyTo(slice(piece));
            } else if (source instanceof Source.Lost) {
                throw ReadPlan.lost();
            } else {
                zeros(piece.offset(), piece.end());
            }
        }

        private void fetch(Piece piece, Source.Stored source) {
            parts.add(new ReadPlan.Part(source, (int) (piece.offset() - offset), (int) piece.length(), piece.offset()));
        }

        private ByteBuffer slice(Piece piece) {
            return target.slice(target.position() + (int) (piece.offset() - offset), (int) piece.length());
        }

        private void zeros(long from, long to) {
            if (from < to) {
                Zeros.fill(target.slice(target.position() + (int) (from - offset), (int) (to - from)));
            }
        }
    }
}
