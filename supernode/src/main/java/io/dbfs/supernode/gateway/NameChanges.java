package io.dbfs.supernode.gateway;

import com.google.protobuf.ByteString;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.common.watch.Watchers;
import io.dbfs.proto.ChangedEntry;
import io.dbfs.proto.Inode;
import io.dbfs.proto.NameOperation;
import io.dbfs.proto.NameOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What an operation on names changed, as those who cache names need to know it. */
final class NameChanges {
    private NameChanges() {}

    /**
     * Tells of an operation that was applied. One that failed, or found all as it wanted it, changed nothing. Completes when
     * no other mount serves from its caches what these names led to.
     */
    static CompletableFuture<Void> tell(Watchers watchers, NameOperation operation, NameOutcome outcome) {
        if (Refusals.refused(outcome.getRefusal()) || (operation.hasCreate() && !outcome.getCreated())) {
            return CompletableFuture.completedFuture(null);
        }
        List<Long> inodes = new ArrayList<>(1 + outcome.getAlsoChangedCount());
        if (outcome.hasInode()) {
            inodes.add(outcome.getInode().getId());
        }
        outcome.getAlsoChangedList().stream().map(Inode::getId).forEach(inodes::add);
        List<ChangedEntry> entries = entries(operation);
        boolean makesName = operation.hasCreate() || operation.hasLink() || operation.hasRename();
        // The name that is made is the last one.
        List<Long> extended =
                makesName ? List.of(entries.get(entries.size() - 1).getParent()) : List.of();
        return watchers.namesChanged(
                inodes, entries, extended, operation.getOp().getClient());
    }

    /** The directories whose names an operation changes. */
    static List<Long> directories(NameOperation operation) {
        return entries(operation).stream().map(ChangedEntry::getParent).toList();
    }

    private static List<ChangedEntry> entries(NameOperation operation) {
        return switch (operation.getOperationCase()) {
            case CREATE ->
                List.of(entry(
                        operation.getCreate().getParent(), operation.getCreate().getName()));
            case LINK ->
                List.of(entry(
                        operation.getLink().getParent(), operation.getLink().getName()));
            case UNLINK ->
                List.of(entry(
                        operation.getUnlink().getParent(), operation.getUnlink().getName()));
            case REMOVE_DIRECTORY ->
                List.of(entry(
                        operation.getRemoveDirectory().getParent(),
                        operation.getRemoveDirectory().getName()));
            case RENAME ->
                List.of(
                        entry(
                                operation.getRename().getParent(),
                                operation.getRename().getName()),
                        entry(
                                operation.getRename().getNewParent(),
                                operation.getRename().getNewName()));
            case SET_IDENTITY, SET_XATTR, REMOVE_XATTR, RELEASE_ORPHANS, TOUCH, OPERATION_NOT_SET -> List.of();
        };
    }

    private static ChangedEntry entry(long parent, ByteString name) {
        return ChangedEntry.newBuilder().setParent(parent).setName(name).build();
    }
}
