package io.dbfs.cluster.contents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.proto.ChangeReplicas;
import io.dbfs.proto.ChunkSlice;
import io.dbfs.proto.CommitOperation;
import io.dbfs.proto.ContentsCommand;
import io.dbfs.proto.Extent;
import io.dbfs.proto.JoinNode;
import io.dbfs.proto.JoinRequest;
import io.dbfs.proto.NodeState;
import io.dbfs.proto.RefreshChunks;
import io.dbfs.proto.SetSpread;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes n1 and n2 are on host a, n3 on host b, n4 on host c; two copies are wanted. */
class SpreadTest {
    private static final int LENGTH = 1000;
    private static final long CHUNK = 7;

    private final Machine machine = new Machine();

    @BeforeEach
    void hosts() {
        join("node-1", 1, "a");
        join("node-2", 2, "a");
        join("node-3", 3, "b");
        join("node-4", 4, "c");
    }

    @Test
    void aChunkWithBothCopiesOnOneHostIsMisplacedOnceHostsCount() {
        commit(1, 2);
        assertEquals(0, misplaced(), "hosts do not count before it is said that they do");
        spread(2);
        refresh();
        assertEquals(1, misplaced());
        assertEquals(List.of(CHUNK), misplacedChunks());
        spread(1);
        refresh();
        assertEquals(0, misplaced());
        assertEquals(List.of(), misplacedChunks());
    }

    @Test
    void aCopyOnAnotherHostTakesThePlaceOfOneThatSharedAHost() {
        spread(2);
        commit(1, 2);
        assertEquals(1, misplaced());
        copied(3);
        assertEquals(List.of(1, 3), replicas());
        assertEquals(0, misplaced());
        assertTrue(drops(2));
    }

    @Test
    void aMisplacedChunkThatIsDroppedIsNotCountedAnyMore() {
        spread(2);
        commit(1, 2);
        commitChunk(CHUNK + 1, 1, 3);
        assertEquals(0, misplaced());
        assertEquals(List.of(), misplacedChunks());
    }

    @Test
    void aNodeThatReturnsFindsItsCopiesCountedAndThoseMadeMeanwhileGo() {
        spread(3);
        commit(1, 3);
        machine.setState(3, NodeState.GONE);
        refresh();
        copied(4);
        assertEquals(List.of(1, 3, 4), replicas(), "the copy of the node that is gone stays on the record");
        assertEquals(0, belowCopies());
        machine.setState(3, NodeState.ACTIVE);
        assertEquals(List.of(CHUNK), wrong());
        refresh();
        assertEquals(List.of(1, 3), replicas());
        assertTrue(drops(4));
        assertEquals(List.of(), wrong());
    }

    @Test
    void ofSurplusCopiesThatOfANodeShortOfSpaceGoes() {
        spread(3);
        commit(1, 3);
        machine.run(ContentsCommand.newBuilder()
                .setChangeReplicas(
                        ChangeReplicas.newBuilder().setNodeId(4).addAdded(CHUNK).addShortOfSpace(1))
                .build());
        assertEquals(List.of(3, 4), replicas());
    }

    @Test
    void aLeavingNodesCopyGoesOnceThereAreEnoughOthers() {
        spread(3);
        commit(1, 3);
        machine.setState(3, NodeState.LEAVING);
        refresh();
        assertEquals(1, belowCopies());
        copied(4);
        assertEquals(List.of(1, 4), replicas());
    }

    @Test
    void whatHostsThatCameHaveMadeWrongIsFoundWithoutTouchingTheChunk() {
        spread(1);
        commit(1, 2);
        assertEquals(List.of(), wrong());
        spread(2);
        assertEquals(List.of(CHUNK), wrong());
        refresh();
        assertEquals(List.of(), wrong());
    }

    private void join(String name, int id, String host) {
        machine.run(ContentsCommand.newBuilder()
                .setJoinNode(JoinNode.newBuilder()
                        .setRequest(JoinRequest.newBuilder()
                                .setName(name)
                                .setAddress(name + ":1")
                                .setRaftAddress(name + ":2")
                                .setNodeId(id)
                                .setHost(host)))
                .build());
    }

    private void spread(int hosts) {
        machine.run(ContentsCommand.newBuilder()
                .setSetSpread(SetSpread.newBuilder().setHosts(hosts))
                .build());
    }

    private void commit(Integer... nodes) {
        commitChunk(CHUNK, nodes);
    }

    private void commitChunk(long chunk, Integer... nodes) {
        machine.commit(CommitOperation.newBuilder()
                .setInode(1)
                .addNewChunks(Machine.chunk(chunk, LENGTH, nodes))
                .addExtents(Extent.newBuilder()
                        .setLength(LENGTH)
                        .setChunk(ChunkSlice.newBuilder().setChunkId(chunk))));
    }

    private void copied(int node) {
        machine.run(ContentsCommand.newBuilder()
                .setChangeReplicas(ChangeReplicas.newBuilder().setNodeId(node).addAdded(CHUNK))
                .build());
    }

    private void refresh() {
        machine.run(ContentsCommand.newBuilder()
                .setRefreshChunks(RefreshChunks.newBuilder().addChunkIds(CHUNK))
                .build());
    }

    private long misplaced() {
        try (ContentsView view = machine.view()) {
            return view.cluster().getChunksMisplaced();
        }
    }

    private long belowCopies() {
        try (ContentsView view = machine.view()) {
            return view.cluster().getChunksBelowCopies();
        }
    }

    private List<Long> misplacedChunks() {
        List<Long> found = new ArrayList<>();
        try (ContentsView view = machine.view()) {
            view.misplaced(0, found::add);
        }
        return found;
    }

    private List<Long> wrong() {
        List<Long> found = new ArrayList<>();
        try (ContentsView view = machine.view()) {
            view.chunks(0, (chunk, wrong) -> {
                if (wrong) {
                    found.add(chunk);
                }
                return true;
            });
        }
        return found;
    }

    private List<Integer> replicas() {
        try (ContentsView view = machine.view()) {
            return view.chunk(CHUNK).orElseThrow().getReplicasList();
        }
    }

    private boolean drops(int node) {
        try (ContentsView view = machine.view()) {
            return view.drops(node, CHUNK);
        }
    }
}
