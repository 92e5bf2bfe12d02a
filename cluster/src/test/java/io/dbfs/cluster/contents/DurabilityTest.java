package io.dbfs.cluster.contents;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.proto.ChunkSlice;
import io.dbfs.proto.CloneOperation;
import io.dbfs.proto.CommitOperation;
import io.dbfs.proto.ContentsOperation;
import io.dbfs.proto.Extent;
import io.dbfs.proto.FileAttributes;
import io.dbfs.proto.SetContentsOperation;
import org.junit.jupiter.api.Test;

/** What a cluster tells of the durability of a file. */
final class DurabilityTest {
    private static final long INODE = 5;

    private final Machine machine = new Machine();
    private long lastChunk;

    private FileAttributes commit(long inode, boolean durable, long durableVersion) {
        long chunk = ++lastChunk;
        return machine.commit(CommitOperation.newBuilder()
                        .setInode(inode)
                        .addNewChunks(Machine.chunk(chunk, 10, 1, 2))
                        .addExtents(Extent.newBuilder()
                                .setLength(10)
                                .setChunk(ChunkSlice.newBuilder().setChunkId(chunk)))
                        .setNewChunksDurable(durable)
                        .setDurableVersion(durableVersion))
                .getAttributes();
    }

    @Test
    void aCommitOfDurableChunksLeavesNothingToDo() {
        assertEquals(0, commit(INODE, true, 0).getUnsyncedVersion());
    }

    @Test
    void theNewestVersionThatMayNotBeDurableIsTold() {
        assertEquals(1, commit(INODE, false, 0).getUnsyncedVersion());
        assertEquals(2, commit(INODE, false, 0).getUnsyncedVersion());
        assertEquals(2, commit(INODE, true, 1).getUnsyncedVersion(), "the second is still to be synced");
        assertEquals(0, commit(INODE, true, 2).getUnsyncedVersion());
    }

    @Test
    void cuttingAFileToNothingLeavesNothingToDo() {
        commit(INODE, false, 0);
        FileAttributes after = machine.run(ContentsOperation.newBuilder()
                        .setSetContents(SetContentsOperation.newBuilder()
                                .setInode(INODE)
                                .setSize(0))
                        .build())
                .getAttributes();
        assertEquals(0, after.getUnsyncedVersion());
    }

    @Test
    void aCloneIsAsDurableAsItsSource() {
        commit(INODE, false, 0);
        commit(6, true, 0);
        assertEquals(1, cloned(INODE, 7).getUnsyncedVersion());
        assertEquals(0, cloned(6, 8).getUnsyncedVersion());
    }

    private FileAttributes cloned(long source, long target) {
        return machine.run(ContentsOperation.newBuilder()
                        .setClone(CloneOperation.newBuilder()
                                .setSource(source)
                                .setTarget(target)
                                .setLength(10))
                        .build())
                .getAttributes();
    }
}
