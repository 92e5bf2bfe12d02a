package io.dbfs.cluster.contents;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.dbfs.common.Errno;
import io.dbfs.proto.AppendOperation;
import io.dbfs.proto.ChangeReplicas;
import io.dbfs.proto.ChunkSlice;
import io.dbfs.proto.CommitOperation;
import io.dbfs.proto.ContentsCommand;
import io.dbfs.proto.ContentsOperation;
import io.dbfs.proto.DropOperation;
import io.dbfs.proto.Extent;
import io.dbfs.proto.InternalOutcome;
import io.dbfs.proto.NodeState;
import io.dbfs.proto.RefreshChunks;
import io.dbfs.proto.ReleaseExtents;
import io.dbfs.proto.RemoveNode;
import io.dbfs.proto.ReserveChunkIds;
import io.dbfs.proto.VoidChunks;
import io.dbfs.raft.ApplyContext;
import io.dbfs.raft.Decision;
import io.dbfs.raft.StateView;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContentsMachineTest {
    private final Machine machine = new Machine();

    @Test
    void commitOfAnUnknownChunkIsRefusedWithEio() {
        CommitOperation.Builder commit =
                CommitOperation.newBuilder().setInode(5).addExtents(slice(0, 10, 99));
        assertEquals(
                Optional.of(Errno.EIO), Machine.errno(machine.commit(commit).getRefusal()));
        try (ContentsView view = machine.view()) {
            assertFalse(view.attributes(5).getExists());
        }
    }

    @Test
    void commitOfAChunkWithOneCopyIsRefusedWithEio() {
        CommitOperation.Builder commit = CommitOperation.newBuilder()
                .setInode(5)
                .addNewChunks(Machine.chunk(1, 10, 2))
                .addExtents(slice(0, 10, 1));
        assertEquals(
                Optional.of(Errno.EIO), Machine.errno(machine.commit(commit).getRefusal()));
    }

    @Test
    void aCopyOnANodeNobodyKnowsDoesNotCount() {
        CommitOperation.Builder commit = CommitOperation.newBuilder()
                .setInode(5)
                .addNewChunks(Machine.chunk(1, 10, 2, 77))
                .addExtents(slice(0, 10, 1));
        assertEquals(
                Optional.of(Errno.EIO), Machine.errno(machine.commit(commit).getRefusal()));
    }

    @Test
    void sliceBeyondItsChunkIsRefusedWithEinval() {
        CommitOperation.Builder commit = CommitOperation.newBuilder()
                .setInode(5)
                .addNewChunks(Machine.chunk(1, 10, 1, 2))
                .addExtents(slice(0, 11, 1));
        assertEquals(
                Optional.of(Errno.EINVAL), Machine.errno(machine.commit(commit).getRefusal()));
    }

    @Test
    void writingBeyondTheLargestFileIsRefusedWithEfbig() {
        CommitOperation.Builder commit =
                CommitOperation.newBuilder().setInode(5).addExtents(inline(Limits.FILE_SIZE_BYTES_MAX, "x"));
        assertEquals(
                Optional.of(Errno.EFBIG), Machine.errno(machine.commit(commit).getRefusal()));
    }

    @Test
    void aVoidedChunkIsRefusedWithEstale() {
        machine.run(ContentsCommand.newBuilder()
                .setVoidChunks(VoidChunks.newBuilder().setBelow(10))
                .build());
        assertEquals(
                Optional.of(Errno.ESTALE), Machine.errno(writeChunk(5, 0, 9).getRefusal()));
        assertEquals(Optional.empty(), Machine.errno(writeChunk(5, 0, 10).getRefusal()));
    }

    @Test
    void reservedChunkIdsAreNeverGivenTwice() {
        ContentsCommand reserve = ContentsCommand.newBuilder()
                .setReserveChunkIds(ReserveChunkIds.newBuilder().setCount(100))
                .build();
        assertEquals(1, machine.run(reserve).getFirstChunkId());
        assertEquals(101, machine.run(reserve).getFirstChunkId());
    }

    @Test
    void sequentialSlicesOfOneChunkBecomeOneExtent() {
        machine.commit(CommitOperation.newBuilder()
                .setInode(5)
                .addNewChunks(Machine.chunk(1, 30, 1, 2))
                .addExtents(slice(0, 10, 1))
                .addExtents(sliceAt(20, 10, 1, 20))
                .addExtents(sliceAt(10, 10, 1, 10)));
        assertEquals(List.of(slice(0, 30, 1).build()), extents(5));
    }

    @Test
    void smallAppendsBecomeOneInlineExtent() {
        for (int i = 0; i < 100; i++) {
            machine.run(ContentsOperation.newBuilder()
                    .setAppend(AppendOperation.newBuilder().setInode(5).addExtents(inline(0, "0123456789")))
                    .build());
        }
        assertEquals(1, extents(5).size());
    }

    @Test
    void anOverwrittenChunkGoesOntoTheDropQueuesOfItsNodes() {
        writeChunk(5, 0, 1);
        writeChunk(5, 0, 2);
        assertEquals(List.of(1L), drops(1));
        assertEquals(List.of(1L), drops(2));
        assertEquals(List.of(), drops(3));
        assertEquals(List.of(2L), chunksOn(1));
    }

    @Test
    void aFileWithVeryManyExtentsIsDroppedStepByStep() {
        CommitOperation.Builder commit = CommitOperation.newBuilder().setInode(5);
        int extents = Limits.RELEASE_EXTENTS_MAX + 10;
        for (int i = 0; i < extents; i++) {
            commit.addExtents(inline(i * 10L, "x"));
        }
        machine.commit(commit);
        drop(5);
        assertEquals(10, extents(5).size());
        machine.run(ContentsCommand.newBuilder()
                .setReleaseExtents(ReleaseExtents.newBuilder().setInode(5))
                .build());
        assertEquals(List.of(), extents(5));
        try (ContentsView view = machine.view()) {
            assertEquals(0, view.cluster().getFiles());
            view.releasing(inode -> {
                throw new AssertionError("still releasing " + inode);
            });
            view.crowded(inode -> {
                throw new AssertionError("still crowded " + inode);
            });
        }
    }

    @Test
    void aSmallWriteIntoAFileOfManyExtentsLooksAtItsNeighboursOnly() {
        CommitOperation.Builder many = CommitOperation.newBuilder().setInode(5);
        for (int i = 0; i < 50_000; i++) {
            many.addExtents(inline(i * 10L, "12345"));
        }
        machine.commit(many);
        byte[] small = ContentsCommand.newBuilder()
                .setOperation(ContentsOperation.newBuilder()
                        .setCommit(
                                CommitOperation.newBuilder().setInode(5).addExtents(inline(250_002, "abcdefghijkl"))))
                .build()
                .toByteArray();
        try (CountingView view = new CountingView(machine.store.view())) {
            Decision decision = new ContentsMachine().decide(view, new ApplyContext(100, 100), small);
            assertTrue(view.keys() <= 12, "keys looked at: " + view.keys());
            assertTrue(
                    decision.mutations().size() <= 6,
                    "keys changed: " + decision.mutations().size());
        }
    }

    @Test
    void droppingTwiceIsAsDroppingOnce() {
        writeChunk(5, 0, 1);
        drop(5);
        drop(5);
        try (ContentsView view = machine.view()) {
            assertEquals(0, view.cluster().getFiles());
            assertEquals(0, view.cluster().getChunks());
        }
    }

    @Test
    void chunksOfAGoneNodeWaitForRepairUntilCopiedAndThenLeaveIt() {
        writeChunk(5, 0, 1);
        machine.setState(2, NodeState.GONE);
        refresh(1);
        assertEquals(List.of(1L), below());
        change(3, List.of(1L), List.of());
        assertEquals(List.of(), below());
        assertEquals(List.of(1L), drops(2));
        assertEquals(List.of(1L), chunksOn(3));
    }

    @Test
    void chunksOfANodeThatComesBackNeedNoRepair() {
        writeChunk(5, 0, 1);
        machine.setState(2, NodeState.GONE);
        refresh(1);
        machine.setState(2, NodeState.ACTIVE);
        refresh(1);
        assertEquals(List.of(), below());
        assertEquals(List.of(1L), chunksOn(2));
    }

    @Test
    void aChunkWithoutAnyCountedCopyIsLostButKeepsItsRecord() {
        writeChunk(5, 0, 1);
        machine.setState(1, NodeState.GONE);
        machine.setState(2, NodeState.GONE);
        refresh(1);
        try (ContentsView view = machine.view()) {
            assertEquals(1, view.cluster().getChunksLost());
            assertEquals(1, view.cluster().getChunksBelowCopies());
            assertEquals(List.of(1, 2), view.chunk(1).orElseThrow().getReplicasList());
        }
    }

    @Test
    void theLastCopyIsNeverTakenOffTheRecord() {
        writeChunk(5, 0, 1);
        change(1, List.of(), List.of(1L));
        change(2, List.of(), List.of(1L));
        assertEquals(List.of(1L), chunksOn(2));
        assertEquals(List.of(1L), below());
    }

    @Test
    void aSurplusCopyIsDroppedWhereItCameLast() {
        writeChunk(5, 0, 1);
        change(3, List.of(1L), List.of());
        assertEquals(List.of(1L), drops(3));
        assertEquals(List.of(), chunksOn(3));
    }

    @Test
    void aNodeThatHoldsChunksIsNotRemoved() {
        writeChunk(5, 0, 1);
        InternalOutcome refused = machine.run(ContentsCommand.newBuilder()
                .setRemoveNode(RemoveNode.newBuilder().setNodeId(1))
                .build());
        assertEquals(Optional.of(Errno.EBUSY), Machine.errno(refused.getRefusal()));
    }

    @Test
    void aNodeKeepsItsIdWhenItJoinsAgain() {
        assertEquals(2, machine.join("node-2", 2).getNodeId());
        assertEquals(2, machine.join("node-2", 0).getNodeId());
        assertEquals(5, machine.join("node-5", 0).getNodeId());
        assertEquals(
                Optional.of(Errno.ESTALE),
                Machine.errno(machine.join("node-3", 4).getRefusal()));
    }

    @Test
    void replayOfTheLogGivesTheSameStateByteForByte() {
        for (int i = 1; i <= 50; i++) {
            writeChunk(5 + i % 3, i * 3L, i);
            machine.commit(CommitOperation.newBuilder().setInode(6).addExtents(inline(i * 7L, "inline")));
        }
        drop(6);
        machine.setState(2, NodeState.GONE);
        Machine replayed = new Machine();
        machine.log.stream().skip(replayed.log.size()).forEach(replayed::apply);
        assertArrayEquals(dump(machine), dump(replayed));
    }

    @Test
    void aRefusedCommandChangesNothing() {
        byte[] before = dump(machine);
        machine.commit(CommitOperation.newBuilder()
                .setInode(5)
                .addNewChunks(Machine.chunk(1, 10, 1, 2))
                .addExtents(slice(0, 10, 1))
                .addExtents(slice(0, 10, 2)));
        assertArrayEquals(before, dump(machine));
    }

    @Test
    void aFileWithManyInlinePiecesIsNotedAsCrowded() {
        CommitOperation.Builder commit = CommitOperation.newBuilder().setInode(5);
        for (int i = 0; i < 300; i++) {
            commit.addExtents(inline(i * 10L, "x"));
        }
        machine.commit(commit);
        List<Long> crowded = new ArrayList<>();
        try (ContentsView view = machine.view()) {
            view.crowded(crowded::add);
        }
        assertEquals(List.of(5L), crowded);
    }

    @Test
    void commitRaisesVersionAndTimes() {
        var first = machine.commit(CommitOperation.newBuilder()
                        .setInode(5)
                        .setTimeNanos(100)
                        .addExtents(inline(0, "x")))
                .getAttributes();
        assertTrue(first.getExists());
        assertEquals(1, first.getVersion());
        assertEquals(100, first.getMtimeNanos());
        var second = machine.commit(CommitOperation.newBuilder()
                        .setInode(5)
                        .setTimeNanos(200)
                        .setSetMtimeNanos(50)
                        .setMinSize(1000))
                .getAttributes();
        assertEquals(2, second.getVersion());
        assertEquals(50, second.getMtimeNanos());
        assertEquals(200, second.getCtimeNanos());
        assertEquals(1000, second.getSize());
    }

    private io.dbfs.proto.ContentsOutcome writeChunk(long inode, long offset, long chunk) {
        return machine.commit(CommitOperation.newBuilder()
                .setInode(inode)
                .addNewChunks(Machine.chunk(chunk, 10, 1, 2))
                .addExtents(slice(offset, 10, chunk)));
    }

    private void drop(long inode) {
        machine.run(ContentsOperation.newBuilder()
                .setDrop(DropOperation.newBuilder().addInodes(inode))
                .build());
    }

    private void refresh(long chunk) {
        machine.run(ContentsCommand.newBuilder()
                .setRefreshChunks(RefreshChunks.newBuilder().addChunkIds(chunk))
                .build());
    }

    private void change(int node, List<Long> added, List<Long> removed) {
        machine.run(ContentsCommand.newBuilder()
                .setChangeReplicas(ChangeReplicas.newBuilder()
                        .setNodeId(node)
                        .addAllAdded(added)
                        .addAllRemoved(removed))
                .build());
    }

    private List<Extent> extents(long inode) {
        List<Extent> all = new ArrayList<>();
        try (ContentsView view = machine.view()) {
            view.extents(inode, 0, all::add);
        }
        return all;
    }

    private List<Long> drops(int node) {
        List<Long> all = new ArrayList<>();
        try (ContentsView view = machine.view()) {
            view.drops(node, all::add);
        }
        return all;
    }

    private List<Long> chunksOn(int node) {
        List<Long> all = new ArrayList<>();
        try (ContentsView view = machine.view()) {
            view.chunksOn(node, 0, all::add);
        }
        return all;
    }

    private List<Long> below() {
        List<Long> all = new ArrayList<>();
        try (ContentsView view = machine.view()) {
            view.belowCopies(all::add);
        }
        return all;
    }

    private static byte[] dump(Machine machine) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (StateView view = machine.store.view()) {
            view.scan(new byte[0], new byte[0], (key, value) -> {
                all.writeBytes(key);
                all.writeBytes(value);
                return true;
            });
        }
        return all.toByteArray();
    }

    private static Extent.Builder slice(long offset, int length, long chunk) {
        return sliceAt(offset, length, chunk, 0);
    }

    private static Extent.Builder sliceAt(long offset, int length, long chunk, int chunkOffset) {
        return Extent.newBuilder()
                .setOffset(offset)
                .setLength(length)
                .setChunk(ChunkSlice.newBuilder().setChunkId(chunk).setChunkOffset(chunkOffset));
    }

    private static Extent.Builder inline(long offset, String text) {
        ByteString bytes = ByteString.copyFromUtf8(text);
        return Extent.newBuilder().setOffset(offset).setLength(bytes.size()).setInline(bytes);
    }
}
