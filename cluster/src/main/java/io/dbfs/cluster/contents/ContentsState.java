package io.dbfs.cluster.contents;

import io.dbfs.proto.ContentsRecord;
import io.dbfs.proto.FileRecord;
import io.dbfs.proto.NodeRecord;
import io.dbfs.proto.NodeState;
import io.dbfs.raft.Mutation;
import io.dbfs.raft.StateView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The state as one command sees and changes it, in records. Made for one command, used by one thread. */
final class ContentsState {
    private final Changes changes;
    private final ChunkLedger chunks;
    private final Map<Integer, Optional<NodeRecord>> nodes = new HashMap<>();
    private ContentsRecord before = ContentsRecord.getDefaultInstance();
    /** Null while nobody asked for it, as most commands on a file do not. */
    private ContentsRecord.@Nullable Builder cluster;

    ContentsState(StateView view) {
        changes = new Changes(view);
        chunks = new ChunkLedger(this);
    }

    Changes changes() {
        return changes;
    }

    ChunkLedger chunks() {
        return chunks;
    }

    /** Settings and counters, to read and to change. */
    ContentsRecord.Builder cluster() {
        if (cluster == null) {
            before = changes.get(Keys.CLUSTER)
                    .map(value -> Records.parse(ContentsRecord.parser(), value))
                    .orElse(before);
            cluster = before.toBuilder();
        }
        return cluster;
    }

    Optional<FileRecord> file(long inode) {
        return changes.get(Keys.file(inode)).map(value -> Records.parse(FileRecord.parser(), value));
    }

    /** Writes a file's record, and notes whether it has piled up inline pieces. */
    void putFile(FileRecord file) {
        long inode = file.getAttributes().getInode();
        changes.put(Keys.file(inode), file.toByteArray());
        byte[] crowded = Keys.crowded(inode);
        boolean was = changes.get(crowded).isPresent();
        boolean is = Limits.crowded(file);
        if (is && !was) {
            changes.put(crowded, new byte[0]);
        } else if (was && !is) {
            changes.delete(crowded);
        }
    }

    Optional<NodeRecord> node(int id) {
        return nodes.computeIfAbsent(
                id, key -> changes.get(Keys.node(key)).map(value -> Records.parse(NodeRecord.parser(), value)));
    }

    void putNode(NodeRecord node) {
        nodes.put(node.getNodeId(), Optional.of(node));
        changes.put(Keys.node(node.getNodeId()), node.toByteArray());
    }

    void removeNode(int id) {
        nodes.put(id, Optional.empty());
        changes.delete(Keys.node(id));
        changes.deletePrefix(Keys.drops(id));
    }

    /** Whether copies on this node count. */
    boolean keepsCopies(int node) {
        return node(node)
                .filter(record -> record.getState() == NodeState.ACTIVE)
                .isPresent();
    }

    /** The node of a name. */
    @Nullable
    NodeRecord nodeNamed(String name) {
        NodeRecord[] found = new NodeRecord[1];
        changes.scan(Keys.NODES, Keys.NODES, (key, value) -> {
            NodeRecord node = Records.parse(NodeRecord.parser(), value);
            if (node.getName().equals(name)) {
                found[0] = node;
            }
            return found[0] == null;
        });
        return found[0];
    }

    /** Everything this command changes. */
    List<Mutation> settle() {
        chunks.settle();
        if (cluster != null) {
            ContentsRecord after = cluster.build();
            if (!after.equals(before)) {
                changes.put(Keys.CLUSTER, after.toByteArray());
            }
        }
        return changes.mutations();
    }
}
