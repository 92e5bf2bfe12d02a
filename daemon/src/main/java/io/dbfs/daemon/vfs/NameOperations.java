package io.dbfs.daemon.vfs;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.dbfs.common.Attributes;
import io.dbfs.common.Caller;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
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
    private final CompleteDirectories complete;
    private final Listings listings;
    private final Stats stats;
    private final KernelNotices kernel;

    NameOperations(
            NamesClient names,
            EntryCache entries,
            CompleteDirectories complete,
            Listings listings,
            Stats stats,
            KernelNotices kernel) {
        this.names = names;
        this.entries = entries;
        this.complete = complete;
        this.listings = listings;
        this.stats = stats;
        this.kernel = kernel;
    }

    FileSystem.Entry lookup(Caller caller, InodeId parent, Name name) {
        EntryCache.Target known = entries.get(parent, name);
        if (known == null) {
            long stamp = entries.stamp();
            if (complete.lacks(parent, name)) {
                entries.heard(stamp, parent, name, EntryCache.Target.NOWHERE);
                throw new FsException(Errno.ENOENT);
            }
            return entry(parent, name, stats.of(find(caller, parent, name)));
        }
        InodeId inode = known.inode();
        if (inode == null) {
            throw new FsException(Errno.ENOENT);
        }
        Attributes attributes = stats.of(inode);
        if (attributes.linkCount() == 0) {
            // Removed elsewhere since the entry was heard of: not what the name leads to now.
            entries.forget(parent, name);
            attributes = stats.of(find(caller, parent, name));
        }
        return entry(parent, name, attributes);
    }

    private Inode find(Caller caller, InodeId parent, Name name) {
        long stamp = entries.stamp();
        try {
            Inode found = names.lookup(LookupRequest.newBuilder()
                            .setCaller(Callers.toProto(caller))
                            .setParent(parent.value())
                            .setName(bytes(name))
                            .build())
                    .getInode();
            entries.heard(stamp, parent, name, new EntryCache.Target(new InodeId(found.getId())));
            return stats.heard(found, stamp);
        } catch (FsException e) {
            if (e.errno() == Errno.ENOENT) {
                entries.heard(stamp, parent, name, EntryCache.Target.NOWHERE);
                complete.missed(parent);
            }
            throw e;
        }
    }

    /** For how long the kernel may believe that there is no such name, as it was just told. Nanoseconds. */
    long missingForKernelNanos(InodeId parent, Name name) {
        return entries.forKernelNanos(parent, name);
    }

    Attributes lookupParent(Caller caller, InodeId directory) {
        long stamp = stats.stamp();
        Inode found = names.lookup(LookupRequest.newBuilder()
                        .setCaller(Callers.toProto(caller))
                        .setParent(directory.value())
                        .setName(PARENT)
                        .build())
                .getInode();
        return stats.of(stats.heard(found, stamp));
    }

    /** Makes an inode and its name. Of a regular file the outcome tells whether it is new. */
    NameOutcome create(Caller caller, CreateOperation.Builder create, InodeId parent, Name name) {
        long stamp = entries.stamp();
        NameOutcome outcome = execute(
                caller,
                new Place(parent, name),
                operation -> operation.setCreate(
                        create.setParent(parent.value()).setName(bytes(name)).setUmask(caller.umask())));
        InodeId inode = new InodeId(outcome.getInode().getId());
        entries.changed(stamp, parent, name, new EntryCache.Target(inode));
        return outcome;
    }

    FileSystem.Entry makeNode(Caller caller, InodeId parent, Name name, int mode, long device) {
        CreateOperation.Builder create = CreateOperation.newBuilder()
                .setType(AttributeViews.toProto(InodeType.ofMode(mode)))
                .setMode(mode & 07777)
                .setDevice(device)
                .setExclusive(true);
        return made(parent, name, create(caller, create, parent, name));
    }

    FileSystem.Entry makeDirectory(Caller caller, InodeId parent, Name name, int mode) {
        CreateOperation.Builder create = CreateOperation.newBuilder()
                .setType(io.dbfs.proto.InodeType.DIRECTORY)
                .setMode(mode & 07777)
                .setExclusive(true);
        NameOutcome outcome = create(caller, create, parent, name);
        complete.isNew(new InodeId(outcome.getInode().getId()));
        return made(parent, name, outcome);
    }

    FileSystem.Entry makeSymlink(Caller caller, InodeId parent, Name name, byte[] target) {
        CreateOperation.Builder create = CreateOperation.newBuilder()
                .setType(io.dbfs.proto.InodeType.SYMLINK)
                .setMode(0777)
                .setSymlinkTarget(ByteString.copyFrom(target))
                .setExclusive(true);
        return made(parent, name, create(caller, create, parent, name));
    }

    /** A new inode's entry: nothing has been written to it, so its cluster need not be asked. */
    FileSystem.Entry made(InodeId parent, Name name, NameOutcome outcome) {
        return entry(parent, name, stats.ofNew(outcome.getInode()));
    }

    FileSystem.Entry link(Caller caller, InodeId inode, InodeId newParent, Name newName) {
        LinkOperation link = LinkOperation.newBuilder()
                .setInode(inode.value())
                .setParent(newParent.value())
                .setName(bytes(newName))
                .build();
        long stamp = entries.stamp();
        NameOutcome outcome = execute(caller, new Place(newParent, newName), operation -> operation.setLink(link));
        entries.changed(stamp, newParent, newName, new EntryCache.Target(inode));
        return entry(newParent, newName, stats.of(stats.heard(outcome.getInode(), stamp)));
    }

    void unlink(Caller caller, InodeId parent, Name name) {
        UnlinkOperation unlink = UnlinkOperation.newBuilder()
                .setParent(parent.value())
                .setName(bytes(name))
                .build();
        long stamp = entries.stamp();
        execute(caller, new Place(parent, name), operation -> operation.setUnlink(unlink));
        entries.changed(stamp, parent, name, EntryCache.Target.NOWHERE);
    }

    void removeDirectory(Caller caller, InodeId parent, Name name) {
        RemoveDirectoryOperation remove = RemoveDirectoryOperation.newBuilder()
                .setParent(parent.value())
                .setName(bytes(name))
                .build();
        long stamp = entries.stamp();
        execute(caller, new Place(parent, name), operation -> operation.setRemoveDirectory(remove));
        entries.changed(stamp, parent, name, EntryCache.Target.NOWHERE);
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
        long stamp = entries.stamp();
        kernel.changing(parent);
        try {
            NameOutcome outcome =
                    execute(caller, new Place(newParent, newName), operation -> operation.setRename(rename));
            InodeId moved = new InodeId(outcome.getInode().getId());
            entries.changed(stamp, newParent, newName, new EntryCache.Target(moved));
        } finally {
            kernel.changed(parent);
            // It may still be there: renamed onto another name of the same inode, or exchanged.
            entries.forget(parent, name);
        }
    }

    byte[] readLink(Caller caller, InodeId inode) {
        ByteString target = names.readLink(ReadLinkRequest.newBuilder()
                        .setCaller(Callers.toProto(caller))
                        .setInode(inode.value())
                        .build())
                .getTarget();
        stats.wasRead(inode);
        return target.toByteArray();
    }

    /** A name in a directory. */
    private record Place(InodeId parent, Name name) {}

    /** Runs an operation that changes a name; when that is not known to have succeeded, the name is not known any more. */
    private NameOutcome execute(
            Caller caller, Place place, Function<NameOperation.Builder, NameOperation.Builder> operation) {
        complete.added(place.parent(), place.name());
        kernel.changing(place.parent());
        try {
            return execute(caller, operation);
        } catch (FsException e) {
            entries.forget(place.parent(), place.name());
            if (mayStillBeDone(e.errno())) {
                complete.bar(place.parent());
            }
            throw e;
        } finally {
            kernel.changed(place.parent());
            complete.added(place.parent(), place.name());
        }
    }

    /** Whether the operation was begun, and no server said that it is refused. */
    private static boolean mayStillBeDone(Errno errno) {
        return switch (errno) {
            case ETIMEDOUT, EINTR, EIO -> true;
            default -> false;
        };
    }

    /** Runs an operation and remembers what it changed. */
    NameOutcome execute(Caller caller, Function<NameOperation.Builder, NameOperation.Builder> operation) {
        long stamp = stats.stamp();
        NameOutcome outcome = names.execute(operation
                .apply(NameOperation.newBuilder().setCaller(Callers.toProto(caller)))
                .build());
        if (outcome.hasInode()) {
            changed(outcome.getInode(), stamp);
        }
        outcome.getAlsoChangedList().forEach(inode -> changed(inode, stamp));
        return outcome;
    }

    private void changed(Inode inode, long stamp) {
        stats.heard(inode, stamp);
        if (inode.getType() == io.dbfs.proto.InodeType.DIRECTORY) {
            // Its entries, or, when it was moved, where ".." leads.
            listings.changed(new InodeId(inode.getId()));
        }
    }

    /** A name that leads to an inode of these attributes, with how long the kernel may believe both. */
    FileSystem.Entry entry(InodeId parent, Name name, Attributes attributes) {
        return new FileSystem.Entry(
                attributes, entries.forKernelNanos(parent, name), stats.forKernelNanos(attributes.inode()));
    }

    private static ByteString bytes(Name name) {
        return UnsafeByteOperations.unsafeWrap(name.toBytes());
    }
}
