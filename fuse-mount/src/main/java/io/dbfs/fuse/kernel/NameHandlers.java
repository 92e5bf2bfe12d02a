package io.dbfs.fuse.kernel;

import io.dbfs.common.Caller;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.fuse.FileSystem;
import io.dbfs.fuse.FileSystem.Entry;
import io.dbfs.fuse.FileSystem.RenameMode;

/** Everything that finds, makes, moves or removes names. */
final class NameHandlers {
    private static final int RENAME_NOREPLACE = 1;
    private static final int RENAME_EXCHANGE = 2;

    private final FileSystem fileSystem;
    private final AttributesWire wire;

    NameHandlers(FileSystem fileSystem, AttributesWire wire) {
        this.fileSystem = fileSystem;
        this.wire = wire;
    }

    void register(Dispatcher dispatcher) {
        dispatcher
                .on(Opcode.LOOKUP, this::lookup)
                .on(Opcode.FORGET, this::forget)
                .on(Opcode.BATCH_FORGET, this::batchForget)
                .on(Opcode.READLINK, this::readLink)
                .on(Opcode.SYMLINK, this::symlink)
                .on(Opcode.MKNOD, this::makeNode)
                .on(Opcode.MKDIR, this::makeDirectory)
                .on(Opcode.LINK, this::link)
                .on(Opcode.UNLINK, this::unlink)
                .on(Opcode.RMDIR, this::removeDirectory)
                .on(Opcode.RENAME, this::rename)
                .on(Opcode.RENAME2, this::rename2);
    }

    private void lookup(Request in, Reply reply) {
        Name name = in.name();
        try {
            send(reply, fileSystem.lookup(in.caller(), in.inode(), name));
        } catch (FsException e) {
            long missingNanos = e.errno() == Errno.ENOENT ? fileSystem.missingValidNanos(in.inode(), name) : 0;
            if (missingNanos == 0) {
                throw e;
            }
            wire.putMissing(reply, missingNanos).send();
        }
    }

    private void forget(Request in, Reply reply) {
        fileSystem.forget(in.inode(), in.u64());
    }

    private void batchForget(Request in, Reply reply) {
        int count = in.u32();
        in.skip(4);
        for (int i = 0; i < count; i++) {
            fileSystem.forget(new InodeId(in.u64()), in.u64());
        }
    }

    private void readLink(Request in, Reply reply) {
        reply.raw(fileSystem.readLink(in.caller(), in.inode())).send();
    }

    private void symlink(Request in, Reply reply) {
        Name name = in.name();
        send(reply, fileSystem.makeSymlink(in.caller(), in.inode(), name, in.text()));
    }

    private void makeNode(Request in, Reply reply) {
        int mode = in.u32();
        long device = Integer.toUnsignedLong(in.u32());
        Caller caller = in.callerWithUmask();
        in.skip(4);
        send(reply, fileSystem.makeNode(caller, in.inode(), in.name(), mode, device));
    }

    private void makeDirectory(Request in, Reply reply) {
        int mode = in.u32();
        Caller caller = in.callerWithUmask();
        send(reply, fileSystem.makeDirectory(caller, in.inode(), in.name(), mode));
    }

    private void link(Request in, Reply reply) {
        InodeId inode = new InodeId(in.u64());
        send(reply, fileSystem.link(in.caller(), inode, in.inode(), in.name()));
    }

    private void unlink(Request in, Reply reply) {
        fileSystem.unlink(in.caller(), in.inode(), in.name());
        reply.send();
    }

    private void removeDirectory(Request in, Reply reply) {
        fileSystem.removeDirectory(in.caller(), in.inode(), in.name());
        reply.send();
    }

    private void rename(Request in, Reply reply) {
        InodeId newParent = new InodeId(in.u64());
        rename(in, newParent, RenameMode.REPLACE);
        reply.send();
    }

    private void rename2(Request in, Reply reply) {
        InodeId newParent = new InodeId(in.u64());
        RenameMode mode = mode(in.u32());
        in.skip(4);
        rename(in, newParent, mode);
        reply.send();
    }

    private void rename(Request in, InodeId newParent, RenameMode mode) {
        Name name = in.name();
        Name newName = in.name();
        fileSystem.rename(in.caller(), in.inode(), name, newParent, newName, mode);
    }

    private static RenameMode mode(int flags) {
        return switch (flags) {
            case 0 -> RenameMode.REPLACE;
            case RENAME_NOREPLACE -> RenameMode.NO_REPLACE;
            case RENAME_EXCHANGE -> RenameMode.EXCHANGE;
            default -> throw new FsException(Errno.EINVAL, "rename flags " + flags);
        };
    }

    private void send(Reply reply, Entry entry) {
        if (!wire.putEntry(reply, entry).send()) {
            fileSystem.forget(entry.attributes().inode(), 1);
        }
    }
}
