package io.dbfs.supernode.names;

import com.google.protobuf.ByteString;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.EntryRecord;
import io.dbfs.proto.Inode;
import io.dbfs.proto.InodeType;
import io.dbfs.proto.RenameOperation;
import java.util.Optional;

/** renameat2(2): all of its cases, in the order Linux judges them. */
record Rename(RenameOperation request) implements Operation {
    @Override
    public Result apply(Draft draft) {
        if (request.getNoReplace() && request.getExchange()) {
            throw new FsException(Errno.EINVAL, "both RENAME_NOREPLACE and RENAME_EXCHANGE");
        }
        ByteString newName = Names.checked(request.getNewName());
        NamesReader.requireDirectory(draft.get(request.getParent()));
        NamesReader.requireDirectory(draft.get(request.getNewParent()));
        EntryRecord source = draft.requireEntry(request.getParent(), Names.checked(request.getName()));
        Optional<EntryRecord> target = draft.reader().entry(request.getNewParent(), newName);
        requireFlags(target);
        requireNoLoop(draft, source, target);
        if (target.isPresent() && target.get().getInode() == source.getInode()) {
            return Result.of(draft.get(source.getInode()));
        }
        if (request.getExchange()) {
            return exchange(draft, source, target.orElseThrow());
        }
        return move(draft, source, target, newName);
    }

    private void requireFlags(Optional<EntryRecord> target) {
        if (target.isPresent() && request.getNoReplace()) {
            throw new FsException(Errno.EEXIST);
        }
        if (target.isEmpty() && request.getExchange()) {
            throw new FsException(Errno.ENOENT);
        }
    }

    /** A directory may not get into its own subtree, nor onto one it is in. */
    private void requireNoLoop(Draft draft, EntryRecord source, Optional<EntryRecord> target) {
        if (request.getParent() == request.getNewParent()) {
            return;
        }
        if (isDirectory(source) && holds(draft, source.getInode(), request.getNewParent())) {
            throw new FsException(Errno.EINVAL, "rename of a directory into itself");
        }
        if (target.isPresent()
                && isDirectory(target.get())
                && holds(draft, target.get().getInode(), request.getParent())) {
            throw new FsException(request.getExchange() ? Errno.EINVAL : Errno.ENOTEMPTY, "rename onto an ancestor");
        }
    }

    /** Whether {@code directory} is {@code ancestor} or somewhere below it. */
    private static boolean holds(Draft draft, long ancestor, long directory) {
        long current = directory;
        while (current != ancestor) {
            if (current == Draft.ROOT) {
                return false;
            }
            current = draft.get(current).getParent();
        }
        return true;
    }

    private Result exchange(Draft draft, EntryRecord source, EntryRecord target) {
        Inode.Builder parent = draft.edit(request.getParent());
        Inode.Builder newParent = draft.edit(request.getNewParent());
        Inode.Builder moved = moveInode(draft, source, newParent);
        Inode.Builder other = moveInode(draft, target, parent);
        draft.replaceEntry(newParent, target, moved.build());
        draft.replaceEntry(parent, source, other.build());
        return Result.of(moved);
    }

    private Result move(Draft draft, EntryRecord source, Optional<EntryRecord> target, ByteString newName) {
        Inode.Builder parent = draft.edit(request.getParent());
        Inode.Builder newParent = draft.edit(request.getNewParent());
        Inode.Builder moved = moveInode(draft, source, newParent);
        if (target.isPresent()) {
            replace(draft, source, target.get());
            draft.replaceEntry(newParent, target.get(), moved.build());
        } else {
            draft.addEntry(newParent, newName, moved.build());
        }
        draft.removeEntry(parent, source);
        return Result.of(moved);
    }

    private static Inode.Builder moveInode(Draft draft, EntryRecord entry, Inode.Builder newParent) {
        Inode.Builder inode = draft.edit(entry.getInode()).setCtimeNanos(draft.now());
        if (isDirectory(entry)) {
            inode.setParent(newParent.getId());
        }
        return inode;
    }

    private static void replace(Draft draft, EntryRecord source, EntryRecord target) {
        if (isDirectory(target)) {
            if (!isDirectory(source)) {
                throw new FsException(Errno.EISDIR);
            }
            RemoveDirectory.remove(draft, target.getInode());
            return;
        }
        if (isDirectory(source)) {
            throw new FsException(Errno.ENOTDIR);
        }
        Orphans.dropName(draft, target.getInode());
    }

    private static boolean isDirectory(EntryRecord entry) {
        return entry.getType() == InodeType.DIRECTORY;
    }
}
