package io.dbfs.cluster.contents;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.ChunkInfo;
import io.dbfs.proto.ChunkRecord;
import io.dbfs.proto.NodeState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

    private Set<Integer> shortOfSpace = Set.of();

    ChunkLedger(ContentsState state) {
        this.state = state;
        this.sharers = new ChunkSharers(state.changes());
    }

    /** Of copies beyond the wanted number those on these nodes are dropped first. */
    void setShortOfSpace(List<Integer> nodes) {
        shortOfSpace = Set.copyOf(nodes);
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
     * @throws FsException EIO when it has fewer acknowledged copies than the cluster demands; ESTALE when it was
     *     abandoned, so that nodes may have deleted it
     */
    void introduce(ChunkInfo chunk, long inode) {
        if (find(chunk.getId()).isPresent()) {
            return;
        }
        if (Long.compareUnsigned(chunk.getId(), state.cluster().getVoidBelow()) < 0) {
            throw new FsException(Errno.ESTALE, "chunk " + Long.toHexString(chunk.getId()) + " is void");
        }
        if (state.changes().get(Keys.abandoned(chunk.getId())).isPresent()) {
            throw new FsException(Errno.ESTALE, "chunk " + Long.toHexString(chunk.getId()) + " was abandoned");
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
        ChunkSpread spread = dropSurplus(chunk, record, spread(record));
        int copies = spread.copies().size();
        int waitsAt = copies < state.cluster().getReplicas() ? copies + 1 : 0;
        moveQueue(chunk, record, waitsAt);
        markMisplaced(chunk, record, spread.misplaced(state.cluster()));
        markSparse(chunk, record, Limits.sparse(Integer.toUnsignedLong(record.getLength()), record.getLiveBytes()));
        count(record, record.getLiveBytes() * record.getReplicasCount());
        state.changes().put(Keys.chunk(chunk), record.build().toByteArray());
    }

    /** Its part of what files refer to on all nodes together. */
    private void count(ChunkRecord.Builder record, long referencedBytes) {
        long more = referencedBytes - record.getReferencedBytes();
        if (more != 0) {
            state.cluster().setReferencedBytes(state.cluster().getReferencedBytes() + more);
            record.setReferencedBytes(referencedBytes);
        }
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
        markMisplaced(chunk, record, false);
        markSparse(chunk, record, false);
        count(record, 0);
        state.changes().delete(Keys.chunk(chunk));
        state.cluster().setChunks(state.cluster().getChunks() - 1);
    }

    /** Copies beyond the wanted number go, see {@link SurplusPolicy}, and those on leaving nodes and damaged ones before all others. */
    private ChunkSpread dropSurplus(long chunk, ChunkRecord.Builder record, ChunkSpread spread) {
        if (spread.copies().size() < state.cluster().getReplicas()) {
            return spread;
        }
        if (state.cluster().getSpreadHosts() == 0) {
            dropSurplusInOrder(chunk, record);
            return spread(record);
        }
        // A copy on a node that is gone stays on the record: when the node returns, it need not be copied back.
        record.getReplicasList().stream()
                .filter(node -> record.getDamagedList().contains(node)
                        || state.node(node)
                                .filter(known -> known.getState() != NodeState.LEAVING)
                                .isEmpty())
                .toList()
                .forEach(node -> takeOff(chunk, record, node));
        List<Integer> surplus = spread.surplus(state.cluster());
        surplus.forEach(node -> takeOff(chunk, record, node));
        return surplus.isEmpty() ? spread : spread(record);
    }

    /** As it was before hosts counted, which entries of the log from that time rely on. */
    private void dropSurplusInOrder(long chunk, ChunkRecord.Builder record) {
        int wanted = state.cluster().getReplicas();
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

    private ChunkSpread spread(ChunkRecord.Builder record) {
        return ChunkSpread.of(record, state::node, shortOfSpace);
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

    private void markMisplaced(long chunk, ChunkRecord.Builder record, boolean misplaced) {
        if (record.getMisplaced() == misplaced) {
            return;
        }
        record.setMisplaced(misplaced);
        if (misplaced) {
            state.changes().put(Keys.misplaced(chunk), new byte[0]);
        } else {
            state.changes().delete(Keys.misplaced(chunk));
        }
        state.cluster().setChunksMisplaced(state.cluster().getChunksMisplaced() + (misplaced ? 1 : -1));
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
