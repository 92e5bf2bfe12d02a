package io.dbfs.cluster.contents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.Errno;
import io.dbfs.proto.AbandonChunks;
import io.dbfs.proto.ChunkInfo;
import io.dbfs.proto.ChunkSlice;
import io.dbfs.proto.CommitOperation;
import io.dbfs.proto.ContentsCommand;
import io.dbfs.proto.ContentsOperation;
import io.dbfs.proto.ContentsOutcome;
import io.dbfs.proto.DropOperation;
import io.dbfs.proto.Extent;
import io.dbfs.proto.ForgetAbandoned;
import io.dbfs.proto.ReserveChunkIds;
import io.dbfs.proto.VoidChunks;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Chunks that their writers gave up, and commits that may come before or after. */
class AbandonTest {
    private static final int LENGTH = 1000;
    private static final long INODE = 7;

    private final Machine machine = new Machine();

    @BeforeEach
    void reserve() {
        machine.run(ContentsCommand.newBuilder()
                .setReserveChunkIds(ReserveChunkIds.newBuilder().setCount(100))
                .build());
    }

    @Test
    void nodesAreToDeleteAnAbandonedChunkAndNoCommitMayNameItAnyMore() {
        ChunkInfo chunk = Machine.chunk(5, LENGTH, 1, 2);
        abandon(chunk);
        assertTrue(view().drops(1, 5));
        assertTrue(view().drops(2, 5));
        assertFalse(view().drops(3, 5));
        assertEquals(Optional.of(Errno.ESTALE), Machine.errno(commit(chunk).getRefusal()));
        assertTrue(view().chunk(5).isEmpty());
    }

    @Test
    void aChunkThatWasCommittedAfterAllStays() {
        ChunkInfo chunk = Machine.chunk(5, LENGTH, 1, 2);
        assertEquals(Optional.empty(), Machine.errno(commit(chunk).getRefusal()));
        abandon(chunk);
        assertTrue(view().chunk(5).isPresent());
        assertFalse(view().drops(1, 5));
        assertFalse(view().isAbandoned(5));
    }

    @Test
    void abandoningTwiceAndUnknownNodesAndIdsChangeNothing() {
        ChunkInfo chunk = Machine.chunk(5, LENGTH, 1, 99);
        abandon(chunk);
        abandon(chunk);
        assertFalse(view().drops(99, 5));
        abandon(Machine.chunk(1000, LENGTH, 1));
        assertFalse(view().drops(1, 1000), "an id that nobody was given");
        assertFalse(view().isAbandoned(1000));
    }

    @Test
    void notesGoWhenTheLowWatermarkHasPassedThem() {
        abandon(Machine.chunk(5, LENGTH, 1), Machine.chunk(50, LENGTH, 1));
        machine.run(ContentsCommand.newBuilder()
                .setVoidChunks(VoidChunks.newBuilder().setBelow(20))
                .build());
        assertTrue(view().hasAbandonedBelow(20));
        machine.run(ContentsCommand.newBuilder()
                .setForgetAbandoned(ForgetAbandoned.getDefaultInstance())
                .build());
        assertFalse(view().hasAbandonedBelow(20));
        assertFalse(view().isAbandoned(5));
        assertTrue(view().isAbandoned(50));
        assertEquals(
                Optional.of(Errno.ESTALE),
                Machine.errno(commit(Machine.chunk(5, LENGTH, 1, 2)).getRefusal()));
        abandon(Machine.chunk(6, LENGTH, 1));
        assertFalse(view().isAbandoned(6), "what the watermark refuses needs no note");
        assertTrue(view().drops(1, 6));
    }

    @Test
    void referencedBytesCountCopiesOfWhatFilesReferTo() {
        commit(Machine.chunk(5, LENGTH, 1, 2));
        assertEquals(2 * LENGTH, view().cluster().getReferencedBytes());
        machine.commit(CommitOperation.newBuilder()
                .setInode(INODE)
                .setTimeNanos(2)
                .addExtents(Extent.newBuilder().setOffset(0).setLength(400).setHole(true)));
        assertEquals(2 * (LENGTH - 400), view().cluster().getReferencedBytes());
        machine.run(ContentsOperation.newBuilder()
                .setDrop(DropOperation.newBuilder().addInodes(INODE))
                .build());
        assertEquals(0, view().cluster().getReferencedBytes());
    }

    private void abandon(ChunkInfo... chunks) {
        AbandonChunks.Builder command = AbandonChunks.newBuilder();
        for (ChunkInfo chunk : chunks) {
            command.addChunks(chunk);
        }
        machine.run(ContentsCommand.newBuilder().setAbandonChunks(command).build());
    }

    private ContentsOutcome commit(ChunkInfo chunk) {
        return machine.commit(CommitOperation.newBuilder()
                .setInode(INODE)
                .setTimeNanos(1)
                .addNewChunks(chunk)
                .setMinSize(LENGTH)
                .addExtents(Extent.newBuilder()
                        .setOffset(0)
                        .setLength(LENGTH)
                        .setChunk(ChunkSlice.newBuilder().setChunkId(chunk.getId()))));
    }

    private ContentsView view() {
        return machine.view();
    }
}
