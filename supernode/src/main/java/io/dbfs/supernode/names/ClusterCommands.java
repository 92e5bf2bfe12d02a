package io.dbfs.supernode.names;

import io.dbfs.proto.ConfirmReleasedCommand;
import io.dbfs.proto.NamespaceRecord;
import io.dbfs.proto.NodeReportReply;
import io.dbfs.proto.RegisterClusterCommand;
import io.dbfs.proto.RegisteredCluster;
import java.util.LinkedHashSet;
import java.util.Optional;

/** What the namespace has to know of clusters: their names, and which contents they still have to drop. */
final class ClusterCommands {
    private ClusterCommands() {}

    /** Gives a cluster its id, or tells the one it has; EEXIST when another cluster has the name. */
    static NodeReportReply register(Draft draft, RegisterClusterCommand command) {
        RegisteredCluster wanted = command.getCluster();
        Optional<RegisteredCluster> known = draft.reader().cluster(wanted.getName());
        if (known.isPresent()) {
            if (!known.get().getUuid().equals(wanted.getUuid())) {
                throw ClusterNames.taken(known.get(), wanted.getUuid());
            }
            return reply(known.get().getId());
        }
        NamespaceRecord.Builder namespace = draft.namespace();
        int id = namespace.getLastCluster() + 1;
        namespace.setLastCluster(id);
        draft.put(Keys.cluster(id), wanted.toBuilder().setId(id).build());
        return reply(id);
    }

    private static NodeReportReply reply(int id) {
        return NodeReportReply.newBuilder().setClusterId(id).build();
    }

    /** Takes out of the release queue what a cluster has dropped. */
    static void confirmReleased(Draft draft, ConfirmReleasedCommand command) {
        NamespaceRecord.Builder namespace = draft.namespace();
        for (long inode : new LinkedHashSet<>(command.getInodesList())) {
            byte[] key = Keys.release(command.getCluster(), inode);
            if (draft.reader().contains(key)) {
                draft.delete(key);
                namespace.setReleasesPending(namespace.getReleasesPending() - 1);
            }
        }
    }
}
