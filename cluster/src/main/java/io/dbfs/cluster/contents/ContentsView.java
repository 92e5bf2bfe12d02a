package io.dbfs.cluster.contents;

import io.dbfs.proto.ChunkRecord;
import io.dbfs.proto.ContentsRecord;
import io.dbfs.proto.Extent;
import io.dbfs.proto.ExtentRecord;
import io.dbfs.proto.FileAttributes;
import io.dbfs.proto.FileLocksRecord;
import io.dbfs.proto.FileRecord;
import io.dbfs.proto.LockHolderRecord;
import io.dbfs.proto.NodeRecord;
import io.dbfs.proto.OwnedLock;
import io.dbfs.raft.StateView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Reads the contents' state in records. As its {@link StateView}: one thread at a time, closed soon. */
public final class ContentsView implements AutoCloseable {
    private final StateView view;

    /** Takes over {@code view}. */
    public ContentsView(StateView view) {
        this.view = view;
    }

    /** Settings and counters; the default instance before the cluster is formed. */
    public ContentsRecord cluster() {
        return Records.get(view, Keys.CLUSTER, ContentsRecord.parser()).orElse(ContentsRecord.getDefaultInstance());
    }

    /** Every node, by id. */
    public List<NodeRecord> nodes() {
        List<NodeRecord> nodes = new ArrayList<>();
        view.scan(Keys.NODES, Keys.NODES, (key, value) -> nodes.add(Records.parse(NodeRecord.parser(), value)));
        return nodes;
    }

    /** A file's attributes; {@code exists} is false for one without a record. */
    public FileAttributes attributes(long inode) {
        return Records.get(view, Keys.file(inode), FileRecord.parser())
                .map(FileRecord::getAttributes)
                .orElseGet(() -> FileAttributes.newBuilder().setInode(inode).build());
    }

    /** A file's extents that reach beyond {@code from}, in order, while {@code visitor} wants more. */
    public void extents(long inode, long from, Predicate<Extent> visitor) {
        view.scan(
                Keys.extents(inode),
                Keys.extent(inode, from + 1),
                (key, value) ->
                        visitor.test(InlineBytes.with(view::get, inode, Records.parse(ExtentRecord.parser(), value))
                                .getExtent()));
    }

    /** A chunk's record. */
    public Optional<ChunkRecord> chunk(long chunk) {
        return Records.get(view, Keys.chunk(chunk), ChunkRecord.parser());
    }

    /** Chunks with too few copies, the most endangered first, while {@code visitor} wants more. */
    public void belowCopies(LongPredicate visitor) {
        scanIds(Keys.BELOW_COPIES, Keys.BELOW_COPIES, visitor);
    }

    /** Chunks that have their copies, but on too few hosts, with ids above {@code after}, while {@code visitor} wants more. */
    public void misplaced(long after, LongPredicate visitor) {
        scanIds(Keys.MISPLACED, Keys.misplaced(after + 1), visitor);
    }

    /**
     * Chunks with ids above {@code after} in order, while {@code visitor} wants more, each with whether it has to be judged
     * anew: it has copies too many, or is wrongly on the list of the misplaced or not on it.
     */
    public void chunks(long after, BiPredicate<Long, Boolean> visitor) {
        ContentsRecord cluster = cluster();
        Map<Integer, NodeRecord> nodes = new HashMap<>();
        nodes().forEach(node -> nodes.put(node.getNodeId(), node));
        view.scan(Keys.CHUNKS, Keys.chunk(after + 1), (key, value) -> {
            ChunkRecord record = Records.parse(ChunkRecord.parser(), value);
            ChunkSpread spread = ChunkSpread.of(record, id -> Optional.ofNullable(nodes.get(id)), Set.of());
            boolean stale = spread.misplaced(cluster) != record.getMisplaced()
                    || !spread.surplus(cluster).isEmpty();
            return visitor.test(Keys.lastLong(key), stale);
        });
    }

    /** Chunks with so many copies, which are too few, and ids above {@code after}, while {@code visitor} wants more. */
    public void belowCopies(int copies, long after, LongPredicate visitor) {
        if (after != -1) {
            scanIds(Keys.belowCopies(copies), Keys.belowCopies(copies, after + 1), visitor);
        }
    }

    /** Files that refer to a chunk without owning it, while {@code visitor} wants more. */
    public void sharers(long chunk, LongPredicate visitor) {
        scanIds(Keys.sharers(chunk), Keys.sharers(chunk), visitor);
    }

    /** Chunks recorded on a node with ids above {@code after}, in order, while {@code visitor} wants more. */
    public void chunksOn(int node, long after, LongPredicate visitor) {
        scanIds(Keys.onNode(node), Keys.onNode(node, after + 1), visitor);
    }

    /** Chunks a node is to delete, while {@code visitor} wants more. */
    public void drops(int node, LongPredicate visitor) {
        scanIds(Keys.drops(node), Keys.drops(node), visitor);
    }

    /** Whether a node is to delete a chunk. */
    public boolean drops(int node, long chunk) {
        return view.get(Keys.drop(node, chunk)).isPresent();
    }

    /** Whether a chunk was given up by its writer, and is noted as such. */
    public boolean isAbandoned(long chunk) {
        return view.get(Keys.abandoned(chunk)).isPresent();
    }

    /** Whether there are notes of abandoned chunks below the low watermark, which refuses them by itself. */
    public boolean hasAbandonedBelow(long watermark) {
        boolean[] found = new boolean[1];
        scanIds(Keys.ABANDONED, Keys.ABANDONED, chunk -> {
            found[0] = Long.compareUnsigned(chunk, watermark) < 0;
            return false;
        });
        return found[0];
    }

    /** Dropped files whose extents are not all released yet. */
    public void releasing(LongPredicate visitor) {
        scanIds(Keys.RELEASING, Keys.RELEASING, visitor);
    }

    /** Files with inline pieces that are worth rewriting. */
    public void crowded(LongPredicate visitor) {
        scanIds(Keys.CROWDED, Keys.CROWDED, visitor);
    }

    /** Chunks that are mostly dead. */
    public void sparse(LongPredicate visitor) {
        scanIds(Keys.SPARSE, Keys.SPARSE, visitor);
    }

    /** What stands in the way of a lock, if anything does. */
    public Optional<OwnedLock> lockConflict(long inode, OwnedLock wanted) {
        return locks(inode).conflict(FileLock.of(wanted)).map(FileLock::toRecord);
    }

    /** The mounts whose locks stand in the way of a lock. */
    public Set<Long> lockBlockers(long inode, OwnedLock wanted) {
        return locks(inode).blockers(FileLock.of(wanted)).stream()
                .map(FileLock.Owner::holder)
                .collect(Collectors.toSet());
    }

    /** Whether a mount has locked something, or waits for a lock. */
    public boolean isLocking(long holder) {
        boolean[] found = new boolean[1];
        byte[] prefix = Keys.lockedBy(holder);
        view.scan(prefix, prefix, (key, value) -> {
            found[0] = true;
            return false;
        });
        return found[0];
    }

    /** Whether a request for a lock is still in the queue. */
    public boolean isWaitingForLock(long inode, long ticket) {
        return locks(inode).isWaiting(ticket);
    }

    /** A mount that has locks here. */
    public Optional<LockHolderRecord> lockHolder(long holder) {
        return Records.get(view, Keys.lockHolder(holder), LockHolderRecord.parser());
    }

    /** Every mount that has locks here, by its number. */
    public Map<Long, LockHolderRecord> lockHolders() {
        Map<Long, LockHolderRecord> holders = new LinkedHashMap<>();
        view.scan(Keys.LOCK_HOLDERS, Keys.LOCK_HOLDERS, (key, value) -> {
            holders.put(Keys.lastLong(key), Records.parse(LockHolderRecord.parser(), value));
            return true;
        });
        return holders;
    }

    private LockTable locks(long inode) {
        return LockTable.of(Records.get(view, Keys.locks(inode), FileLocksRecord.parser())
                .orElse(FileLocksRecord.getDefaultInstance()));
    }

    private void scanIds(byte[] prefix, byte[] from, LongPredicate visitor) {
        view.scan(prefix, from, (key, value) -> visitor.test(Keys.lastLong(key)));
    }

    @Override
    public void close() {
        view.close();
    }
}
