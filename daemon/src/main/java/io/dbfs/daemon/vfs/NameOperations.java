package io.dbfs.daemon.vfs;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.dbfs.common.Attributes;
import io.dbfs.common.Caller;
import io.dbfs.common.InodeId;
import io.dbfs.common.InodeType;
import io.dbfs.common.Name;
import io.dbfs.daemon.client.NamesClient;
import io.dbfs.fuse.FileSystem;
import io.dbfs.proto.CreateOperation;
import io.dbfs.proto.Inode;
import io.dbfs.proto.LinkOperation;
import io.dbfs.proto.LookupRequest;
import io.dbfs.proto.NameOperation;
import io.dbfs.proto.NameOutcome;
import io.dbfs.proto.ReadLinkRequest;
import io.dbfs.proto.RemoveDirectoryOperation;
import io.dbfs.proto.RenameOperation;
import io.dbfs.proto.UnlinkOperation;
import java.util.function.Function;

/** What changes or follows names: one request to the supernode each. Thread-safe; blocks. */
final class NameOperations {
    private static final ByteString PARENT = ByteString.copyFromUtf8("..");

    private final NamesClient names;
    private final EntryCache entries;
    private final Stats stats;
    private final long entryValidNanos;
    private final long attributesValidNanos;

    NameOperations(NamesClient names, EntryCache entries, Stats stats, MountConfig config) {
        this.names = names;
        this.entries = entries;
        this.stats = stats;
        this.entryValidNanos = config.entryValidity().toNanos();
        this.attributesValidNanos = config.attributeValidity().toNanos();
    }

    FileSystem.Entry lookup(Caller caller, InodeId parent, Name name) {
        InodeId known = entries.get(parent, name);
        if (known != null) {
            return entry(stats.of(known));
        }
        long stamp = entries.stamp();
        Inode found = names.lookup(LookupRequest.newBuilder()
                        .setCaller(Callers.toProto(caller))
                        .setParent(parent.value())
                        .setName(bytes(name))
                        .build())
                .getInode();
        entries.heard(stamp, parent, name, new InodeId(found.getId()));
        return entry(stats.of(stats.heard(found)));
    }

    Attributes lookupParent(Caller caller, InodeId directory) {
        Inode found = names.lookup(LookupRequest.newBuilder()
                        .setCaller(Callers.toProto(caller))
                        .setParent(directory.value())
                        .setName(PARENT)
                        .build())
                .getInode();
        return stats.of(stats.heard(found));
    }

    /** Makes an inode and its name. Of a regular file the outcome tells whether it is new. */
    NameOutcome create(Caller caller, CreateOperation.Builder create, InodeId parent, Name name) {
        NameOutcome outcome = execute(
                caller,
                operation ->
                        operation.setCreate(create.setParent(parent.value()).setName(bytes(name))));
        entries.set(parent, name, new InodeId(outcome.getInode().getId()));
        return outcome;
    }

    FileSystem.Entry makeNode(Caller caller, InodeId parent, Name name, int mode, long device) {
        CreateOperation.Builder create = CreateOperation.newBuilder()
                .setType(AttributeViews.toProto(InodeType.ofMode(mode)))
                .setMode(mode & 07777)
                .setDevice(device)
                .setExclusive(true);
        return made(create(caller, create, parent, name));
    }

    FileSystem.Entry makeDirectory(Caller caller, InodeId parent, Name name, int mode) {
        CreateOperation.Builder create = CreateOperation.newBuilder()
                .setType(io.dbfs.proto.InodeType.DIRECTORY)
                .setMode(mode & 07777)
                .setExclusive(true);
        return made(create(caller, create, parent, name));
    }

    FileSystem.Entry makeSymlink(Caller caller, InodeId parent, Name name, byte[] target) {
        CreateOperation.Builder create = CreateOperation.newBuilder()
                .setType(io.dbfs.proto.InodeType.SYMLINK)
                .setMode(0777)
                .setSymlinkTarget(ByteString.copyFrom(target))
                .setExclusive(true);
        return made(create(caller, create, parent, name));
    }

    /** A new inode's entry: nothing has been written to it, so its cluster need not be asked. */
    FileSystem.Entry made(NameOutcome outcome) {
        return entry(stats.ofNew(outcome.getInode()));
    }

    FileSystem.Entry link(Caller caller, InodeId inode, InodeId newParent, Name newName) {
        LinkOperation link = LinkOperation.newBuilder()
                .setInode(inode.value())
                .setParent(newParent.value())
                .setName(bytes(newName))
                .build();
        NameOutcome outcome = execute(caller, operation -> operation.setLink(link));
        entries.set(newParent, newName, inode);
        return entry(stats.of(stats.heard(outcome.getInode())));
    }

    void unlink(Caller caller, InodeId parent, Name name) {
        UnlinkOperation unlink = UnlinkOperation.newBuilder()
                .setParent(parent.value())
                .setName(bytes(name))
                .build();
        entries.forget(parent, name);
        execute(caller, operation -> operation.setUnlink(unlink));
        entries.forget(parent, name);
    }

    void removeDirectory(Caller caller, InodeId parent, Name name) {
        RemoveDirectoryOperation remove = RemoveDirectoryOperation.newBuilder()
                .setParent(parent.value())
                .setName(bytes(name))
                .build();
        entries.forget(parent, name);
        execute(caller, operation -> operation.setRemoveDirectory(remove));
        entries.forget(parent, name);
    }

    void rename(Caller caller, InodeId parent, Name name, InodeId newParent, Name newName, FileSystem.RenameMode mode) {
        RenameOperation rename = RenameOperation.newBuilder()
                .setParent(parent.value())
                .setName(bytes(name))
                .setNewParent(newParent.value())
                .setNewName(bytes(newName))
                .setNoReplace(mode == FileSystem.RenameMode.NO_REPLACE)
                .setExchange(mode == FileSystem.RenameMode.EXCHANGE)
                .build();
        forget(parent, name, newParent, newName);
        execute(caller, operation -> operation.setRename(rename));
        forget(parent, name, newParent, newName);
    }

    /** Before asking and after: what others ask meanwhile must not be believed. */
    private void forget(InodeId parent, Name name, InodeId newParent, Name newName) {
        entries.forget(parent, name);
        entries.forget(newParent, newName);
    }

    byte[] readLink(Caller caller, InodeId inode) {
        return names.readLink(ReadLinkRequest.newBuilder()
                        .setCaller(Callers.toProto(caller))
                        .setInode(inode.value())
                        .build())
                .getTarget()
                .toByteArray();
    }

    /** Runs an operation and remembers what it changed. */
    NameOutcome execute(Caller caller, Function<NameOperation.Builder, NameOperation.Builder> operation) {
        NameOutcome outcome = names.execute(operation
                .apply(NameOperation.newBuilder().setCaller(Callers.toProto(caller)))
                .build());
        if (outcome.hasInode()) {
            stats.heard(outcome.getInode());
        }
        outcome.getAlsoChangedList().forEach(stats::heard);
        return outcome;
    }

    /** Attributes with how long the kernel may believe them. */
    FileSystem.Entry entry(Attributes attributes) {
        return new FileSystem.Entry(attributes, entryValidNanos, attributesValidNanos);
    }

    private static ByteString bytes(Name name) {
        return UnsafeByteOperations.unsafeWrap(name.toBytes());
    }
}
