package io.dbfs.cluster.contents;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.ChunkInfo;
import io.dbfs.proto.ChunkRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Chunk records as one command changes them. What the changes amount to is written by {@link #settle} at the command's
 * end: a chunk that lost its last live byte goes from the records and onto the drop queues of its nodes, and one that
 * has too few copies waits for repair.
 */
final class ChunkLedger {
    private final ContentsState state;
    private final ChunkSharers sharers;
    /** In id order, so that every replica settles alike. Empty: the cluster does not know the chunk. */
    private final TreeMap<Long, Optional<ChunkRecord.Builder>> touched = new TreeMap<>(Long::compareUnsigned);

    ChunkLedger(ContentsState state) {
        this.state = state;
        this.sharers = new ChunkSharers(state.changes());
    }

    /** A chunk's record, to read and to change; empty for one that is not known. */
    Optional<ChunkRecord.Builder> find(long chunk) {
        return touched.computeIfAbsent(
                chunk,
                id -> state.changes()
                        .get(Keys.chunk(id))
                        .map(value -> Records.parse(ChunkRecord.parser(), value).toBuilder()));
    }

    /**
     * Makes a chunk known that was written for a file. One known already stays as it is.
     *
     * @throws FsException EIO when it has fewer acknowledged copies than the cluster demands; ESTALE when its id has
     *     been voided, so that nodes may have deleted it
     */
    void introduce(ChunkInfo chunk, long inode) {
        if (find(chunk.getId()).isPresent()) {
            return;
        }
        if (Long.compareUnsigned(chunk.getId(), state.cluster().getVoidBelow()) < 0) {
            throw new FsException(Errno.ESTALE, "chunk " + Long.toHexString(chunk.getId()) + " is void");
        }
        ChunkRecord.Builder record =
                ChunkRecord.newBuilder().setLength(chunk.getLength()).setInode(inode);
        chunk.getReplicasList().stream()
                .distinct()
                .filter(node -> state.node(node).isPresent())
                .forEach(record::addReplicas);
        if (record.getReplicasCount() < state.cluster().getMinReplicas()) {
            throw new FsException(
                    Errno.EIO,
                    "chunk " + Long.toHexString(chunk.getId()) + " has " + record.getReplicasCount()
                            + " copies (expected: at least " + state.cluster().getMinReplicas() + ")");
        }
        touched.put(chunk.getId(), Optional.of(record));
        state.cluster().setChunks(state.cluster().getChunks() + 1);
        record.getReplicasList().forEach(node -> state.changes().put(Keys.onNode(node, chunk.getId()), new byte[0]));
    }

    /** An extent of a file began (positive) or ceased to refer to this many bytes. */
    void addLive(long chunk, long inode, long bytes) {
        ChunkRecord.Builder record = require(chunk);
        record.setLiveBytes(record.getLiveBytes() + bytes);
        if (inode != record.getInode()) {
            sharers.add(chunk, inode, bytes);
            record.setSharedLiveBytes(record.getSharedLiveBytes() + bytes);
        }
        if (record.getSharedLiveBytes() < 0 || record.getLiveBytes() < record.getSharedLiveBytes()) {
            throw new IllegalStateException("chunk " + Long.toHexString(chunk) + ": live bytes " + record.getLiveBytes()
                    + ", of which others' " + record.getSharedLiveBytes());
        }
    }

    /** A copy exists on a node; one too many is dropped there. */
    void addReplica(long chunk, int node) {
        Optional<ChunkRecord.Builder> known = find(chunk);
        if (known.isEmpty()) {
            state.changes().put(Keys.drop(node, chunk), new byte[0]);
            return;
        }
        ChunkRecord.Builder record = known.get();
        place(chunk, record, node);
        setDamaged(record, node, false);
    }

    private void place(long chunk, ChunkRecord.Builder record, int node) {
        if (!record.getReplicasList().contains(node)) {
            record.addReplicas(node);
            state.changes().put(Keys.onNode(node, chunk), new byte[0]);
            state.changes().delete(Keys.drop(node, chunk));
        }
    }

    /** A copy is missing. The last one stays on the record, where it does not count: its node may find it again. */
    void removeReplica(long chunk, int node) {
        Optional<ChunkRecord.Builder> known = find(chunk);
        if (known.isEmpty()) {
            return;
        }
        if (known.get().getReplicasCount() > 1) {
            takeOff(chunk, known.get(), node);
        } else {
            setDamaged(known.get(), node, true);
        }
    }

    /**
     * A copy is damaged: it counts no more, but stays as a source of the blocks that are whole until there are enough whole
     * copies. One that is not on the record is kept only where there is nothing better.
     */
    void damageReplica(long chunk, int node) {
        Optional<ChunkRecord.Builder> known = find(chunk);
        if (known.isEmpty()) {
            return;
        }
        ChunkRecord.Builder record = known.get();
        if (!record.getReplicasList().contains(node)) {
            if (copies(record) > 0) {
                state.changes().put(Keys.drop(node, chunk), new byte[0]);
                return;
            }
            place(chunk, record, node);
        }
        setDamaged(record, node, true);
    }

    private static void setDamaged(ChunkRecord.Builder record, int node, boolean damaged) {
        boolean was = record.getDamagedList().contains(node);
        if (damaged && !was && record.getReplicasList().contains(node)) {
            record.addDamaged(node);
        } else if (!damaged && was) {
            List<Integer> rest = new ArrayList<>(record.getDamagedList());
            rest.remove(Integer.valueOf(node));
            record.clearDamaged().addAllDamaged(rest);
        }
    }

    /** Writes every touched record. */
    void settle() {
        touched.forEach((chunk, record) -> record.ifPresent(value -> settle(chunk, value)));
    }

    private void settle(long chunk, ChunkRecord.Builder record) {
        if (record.getLiveBytes() == 0) {
            bury(chunk, record);
            return;
        }
        if (record.getLiveBytes() == record.getSharedLiveBytes()) {
            inherit(chunk, record);
        }
        dropSurplus(chunk, record);
        int copies = copies(record);
        int waitsAt = copies < state.cluster().getReplicas() ? copies + 1 : 0;
        moveQueue(chunk, record, waitsAt);
        markSparse(chunk, record, Limits.sparse(Integer.toUnsignedLong(record.getLength()), record.getLiveBytes()));
        state.changes().put(Keys.chunk(chunk), record.build().toByteArray());
    }

    /** Its owner refers to it no more: of those that do, the first owns it now, so that it is rewritten when sparse. */
    private void inherit(long chunk, ChunkRecord.Builder record) {
        ChunkSharers.Sharer heir = sharers.takeFirst(chunk);
        record.setInode(heir.inode()).setSharedLiveBytes(record.getSharedLiveBytes() - heir.liveBytes());
    }

    private void bury(long chunk, ChunkRecord.Builder record) {
        for (int node : record.getReplicasList().toArray(new Integer[0])) {
            takeOff(chunk, record, node);
        }
        moveQueue(chunk, record, 0);
        markSparse(chunk, record, false);
        state.changes().delete(Keys.chunk(chunk));
        state.cluster().setChunks(state.cluster().getChunks() - 1);
    }

    /** Copies beyond the wanted number go: those on leaving or gone nodes and damaged ones first, then the latest added. */
    private void dropSurplus(long chunk, ChunkRecord.Builder record) {
        int wanted = state.cluster().getReplicas();
        if (copies(record) < wanted) {
            return;
        }
        int kept = 0;
        for (int node : record.getReplicasList().toArray(new Integer[0])) {
            if (counts(record, node) && kept < wanted) {
                kept++;
            } else {
                takeOff(chunk, record, node);
            }
        }
    }

    private void takeOff(long chunk, ChunkRecord.Builder record, int node) {
        int at = record.getReplicasList().indexOf(node);
        if (at < 0) {
            return;
        }
        List<Integer> rest = new ArrayList<>(record.getReplicasList());
        rest.remove(at);
        record.clearReplicas().addAllReplicas(rest);
        setDamaged(record, node, false);
        state.changes().delete(Keys.onNode(node, chunk));
        state.changes().put(Keys.drop(node, chunk), new byte[0]);
    }

    /** Copies that count. */
    private int copies(ChunkRecord.Builder record) {
        return (int) record.getReplicasList().stream()
                .filter(node -> counts(record, node))
                .count();
    }

    private boolean counts(ChunkRecord.Builder record, int node) {
        return state.keepsCopies(node) && !record.getDamagedList().contains(node);
    }

    private void moveQueue(long chunk, ChunkRecord.Builder record, int waitsAt) {
        int before = record.getWaitsAt();
        if (before == waitsAt) {
            return;
        }
        if (before != 0) {
            state.changes().delete(Keys.belowCopies(before - 1, chunk));
        }
        if (waitsAt != 0) {
            state.changes().put(Keys.belowCopies(waitsAt - 1, chunk), new byte[0]);
        }
        state.cluster()
                .setChunksBelowCopies(state.cluster().getChunksBelowCopies() + count(waitsAt != 0) - count(before != 0))
                .setChunksLost(state.cluster().getChunksLost() + count(waitsAt == 1) - count(before == 1));
        record.setWaitsAt(waitsAt);
    }

    private void markSparse(long chunk, ChunkRecord.Builder record, boolean sparse) {
        if (record.getSparse() == sparse) {
            return;
        }
        record.setSparse(sparse);
        if (sparse) {
            state.changes().put(Keys.sparse(chunk), new byte[0]);
        } else {
            state.changes().delete(Keys.sparse(chunk));
        }
    }

    private static int count(boolean one) {
        return one ? 1 : 0;
    }

    private ChunkRecord.Builder require(long chunk) {
        return find(chunk)
                .orElseThrow(() -> new IllegalStateException("chunk " + Long.toHexString(chunk) + " is not known"));
    }
}
