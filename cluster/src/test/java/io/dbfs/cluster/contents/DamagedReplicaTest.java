package io.dbfs.cluster.contents;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.proto.ChangeReplicas;
import io.dbfs.proto.ChunkRecord;
import io.dbfs.proto.ChunkSlice;
import io.dbfs.proto.CommitOperation;
import io.dbfs.proto.ContentsCommand;
import io.dbfs.proto.Extent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the records make of damaged copies: chunk 1 of ten bytes lies on nodes 1 and 2, and two copies are wanted. */
class DamagedReplicaTest {
    private static final long CHUNK = 1;

    private final Machine machine = new Machine();

    @BeforeEach
    void writeOneChunk() {
        machine.commit(CommitOperation.newBuilder()
                .setInode(5)
                .addNewChunks(Machine.chunk(CHUNK, 10, 1, 2))
                .addExtents(Extent.newBuilder()
                        .setLength(10)
                        .setChunk(ChunkSlice.newBuilder().setChunkId(CHUNK))));
    }

    @Test
    void aDamagedCopyDoesNotCountAndIsNotDropped() {
        change(1, List.of(), List.of(CHUNK), List.of());
        assertEquals(List.of(1, 2), record().getReplicasList());
        assertEquals(List.of(1), record().getDamagedList());
        assertEquals(List.of(), drops(1));
        assertEquals(List.of(CHUNK), waiting(1));
    }

    @Test
    void twoDamagedCopiesAreBothKeptAndTheChunkIsLost() {
        change(1, List.of(), List.of(CHUNK), List.of());
        change(2, List.of(), List.of(CHUNK), List.of());
        assertEquals(List.of(1, 2), record().getReplicasList());
        assertEquals(List.of(CHUNK), waiting(0));
        assertEquals(1, lost());
    }

    @Test
    void aDamagedCopyIsDroppedOnceThereAreEnoughWholeOnes() {
        change(1, List.of(), List.of(CHUNK), List.of());
        change(2, List.of(), List.of(CHUNK), List.of());
        change(3, List.of(CHUNK), List.of(), List.of());
        assertEquals(List.of(1, 2, 3), record().getReplicasList());
        assertEquals(0, lost());
        change(4, List.of(CHUNK), List.of(), List.of());
        assertEquals(List.of(3, 4), record().getReplicasList());
        assertEquals(List.of(), record().getDamagedList());
        assertEquals(List.of(CHUNK), drops(1));
        assertEquals(List.of(CHUNK), drops(2));
    }

    @Test
    void aCopyThatWasReplacedCountsAgain() {
        change(1, List.of(), List.of(CHUNK), List.of());
        change(1, List.of(CHUNK), List.of(), List.of());
        assertEquals(List.of(), record().getDamagedList());
        assertEquals(List.of(), waiting(1));
        assertEquals(List.of(), drops(1));
    }

    @Test
    void aMissingCopyGoesAndTheLastOneStaysWithoutCounting() {
        change(1, List.of(), List.of(), List.of(CHUNK));
        assertEquals(List.of(2), record().getReplicasList());
        change(2, List.of(), List.of(), List.of(CHUNK));
        assertEquals(List.of(2), record().getReplicasList());
        assertEquals(List.of(CHUNK), waiting(0));
        change(2, List.of(CHUNK), List.of(), List.of());
        assertEquals(List.of(CHUNK), waiting(1));
        assertEquals(0, lost());
    }

    @Test
    void aDamagedCopyThatIsNotOnTheRecordIsDroppedUnlessThereIsNothingBetter() {
        change(3, List.of(), List.of(CHUNK), List.of());
        assertEquals(List.of(CHUNK), drops(3));
        change(1, List.of(), List.of(CHUNK), List.of());
        change(2, List.of(), List.of(CHUNK), List.of());
        change(4, List.of(), List.of(CHUNK), List.of());
        assertEquals(List.of(1, 2, 4), record().getReplicasList());
        assertEquals(List.of(), drops(4));
        assertEquals(1, lost());
    }

    private void change(int node, List<Long> added, List<Long> damaged, List<Long> missing) {
        machine.run(ContentsCommand.newBuilder()
                .setChangeReplicas(ChangeReplicas.newBuilder()
                        .setNodeId(node)
                        .addAllAdded(added)
                        .addAllRemoved(missing)
                        .addAllDamaged(damaged))
                .build());
    }

    private ChunkRecord record() {
        try (ContentsView view = machine.view()) {
            return view.chunk(CHUNK).orElseThrow();
        }
    }

    private long lost() {
        try (ContentsView view = machine.view()) {
            return view.cluster().getChunksLost();
        }
    }

    private List<Long> waiting(int copies) {
        List<Long> all = new ArrayList<>();
        try (ContentsView view = machine.view()) {
            view.belowCopies(copies, 0, all::add);
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
}
