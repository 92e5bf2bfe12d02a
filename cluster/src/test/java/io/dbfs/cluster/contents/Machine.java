package io.dbfs.cluster.contents;

import com.google.protobuf.InvalidProtocolBufferException;
import io.dbfs.common.Errno;
import io.dbfs.proto.ChunkInfo;
import io.dbfs.proto.CommitOperation;
import io.dbfs.proto.ContentsCommand;
import io.dbfs.proto.ContentsOperation;
import io.dbfs.proto.ContentsOutcome;
import io.dbfs.proto.FormCluster;
import io.dbfs.proto.InternalOutcome;
import io.dbfs.proto.JoinNode;
import io.dbfs.proto.JoinRequest;
import io.dbfs.proto.NodeState;
import io.dbfs.proto.Refusal;
import io.dbfs.proto.SetNodeState;
import io.dbfs.raft.ApplyContext;
import io.dbfs.raft.Decision;
import io.dbfs.raft.StateView;
import io.dbfs.raft.memory.MemoryKvStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The contents machine over a memory store, with nodes n1 to n4 joined and two copies wanted. */
final class Machine {
    final MemoryKvStore store = new MemoryKvStore();
    final List<byte[]> log = new ArrayList<>();
    private final ContentsMachine machine = new ContentsMachine();

    Machine() {
        run(ContentsCommand.newBuilder()
                .setFormCluster(FormCluster.newBuilder()
                        .setClusterUuid("test")
                        .setReplicas(2)
                        .setMinReplicas(2))
                .build());
        for (int node = 1; node <= 4; node++) {
            join("node-" + node, 0);
        }
    }

    InternalOutcome join(String name, int nodeId) {
        JoinRequest request = JoinRequest.newBuilder()
                .setName(name)
                .setAddress(name + ":1")
                .setRaftAddress(name + ":2")
                .setNodeId(nodeId)
                .build();
        return run(ContentsCommand.newBuilder()
                .setJoinNode(JoinNode.newBuilder().setRequest(request))
                .build());
    }

    InternalOutcome setState(int node, NodeState state) {
        return run(ContentsCommand.newBuilder()
                .setSetNodeState(SetNodeState.newBuilder().setNodeId(node).setState(state))
                .build());
    }

    ContentsOutcome commit(CommitOperation.Builder commit) {
        return run(ContentsOperation.newBuilder().setCommit(commit).build());
    }

    ContentsOutcome run(ContentsOperation operation) {
        byte[] outcome = apply(
                ContentsCommand.newBuilder().setOperation(operation).build().toByteArray());
        try {
            return ContentsOutcome.parseFrom(outcome);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    InternalOutcome run(ContentsCommand command) {
        try {
            return InternalOutcome.parseFrom(apply(command.toByteArray()));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    byte[] apply(byte[] command) {
        log.add(command);
        long index = store.appliedIndex() + 1;
        try (StateView view = store.view()) {
            Decision decision = machine.decide(view, new ApplyContext(index, index), command);
            store.commit(index, decision.mutations());
            return decision.outcome();
        }
    }

    ContentsView view() {
        return new ContentsView(store.view());
    }

    static ChunkInfo chunk(long id, int length, Integer... nodes) {
        return ChunkInfo.newBuilder()
                .setId(id)
                .setLength(length)
                .addAllReplicas(List.of(nodes))
                .build();
    }

    static Optional<Errno> errno(Refusal refusal) {
        return Errno.ofCode(refusal.getErrno());
    }
}
