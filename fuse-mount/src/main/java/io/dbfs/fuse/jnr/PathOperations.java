package io.dbfs.fuse.jnr;

import io.dbfs.common.AttributeChange;
import io.dbfs.common.Attributes;
import io.dbfs.common.Caller;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.fuse.FileSystem;
import io.dbfs.fuse.FileSystem.RenameMode;
import io.dbfs.fuse.HandleId;
import io.dbfs.fuse.Privileges;
import io.dbfs.fuse.Xattrs;
import io.dbfs.fuse.libfuse.LibFuse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.BiFunction;
import jnr.ffi.Pointer;
import ru.serce.jnrfuse.FuseFillDir;
import ru.serce.jnrfuse.FuseStubFS;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.FuseFileInfo;
import ru.serce.jnrfuse.struct.FuseOperations;
import ru.serce.jnrfuse.struct.Statvfs;
import ru.serce.jnrfuse.struct.Timespec;

/** libfuse's callbacks: each finds the inode and makes one call. Where libfuse gives a handle, the path may be null. */
final class PathOperations extends FuseStubFS {
    private static final int NO_CHANGE = -1;
    private static final int O_TRUNC = 01000;

    private final FileSystem fileSystem;
    private final Privileges privileges;
    private final PathResolver paths;
    private final LibFuse libfuse;
    private final OpenFiles files = new OpenFiles();
    private final OpenFiles directories = new OpenFiles();

    PathOperations(FileSystem fileSystem, PathResolver paths, LibFuse libfuse) {
        this.fileSystem = fileSystem;
        this.privileges = new Privileges(fileSystem);
        this.paths = paths;
        this.libfuse = libfuse;
    }

    /** The struct that libfuse calls through; it lives as long as this object. */
    FuseOperations struct() {
        return fuseOperations;
    }

    @Override
    public int getattr(String path, FileStat stat) {
        return at("getattr", path, (caller, located) -> {
            NativeStructs.put(stat, located.fresh().orElseGet(() -> attributes(caller, located.inode())));
            return 0;
        });
    }

    private Attributes attributes(Caller caller, InodeId inode) {
        return fileSystem.getAttributes(caller, inode, Optional.empty());
    }

    @Override
    public int fgetattr(String path, FileStat stat, FuseFileInfo info) {
        return open("fgetattr", info, (inode, handle) -> {
            NativeStructs.put(stat, fileSystem.getAttributes(caller(), inode, Optional.of(handle)));
            return 0;
        });
    }

    @Override
    public int chmod(String path, long mode) {
        return change("chmod", path, AttributeChange.NONE.withMode((int) mode));
    }

    @Override
    public int chown(String path, long uid, long gid) {
        AttributeChange change = AttributeChange.NONE;
        change = (int) uid == NO_CHANGE ? change : change.withUid((int) uid);
        change = (int) gid == NO_CHANGE ? change : change.withGid((int) gid);
        return change("chown", path, change);
    }

    @Override
    public int truncate(String path, long size) {
        return change("truncate", path, AttributeChange.NONE.withSizeBytes(size));
    }

    @Override
    public int ftruncate(String path, long size, FuseFileInfo info) {
        return open("ftruncate", info, (inode, handle) -> {
            fileSystem.setAttributes(caller(), inode, Optional.of(handle), AttributeChange.NONE.withSizeBytes(size));
            return 0;
        });
    }

    @Override
    public int utimens(String path, Timespec[] times) {
        return change(
                "utimens",
                path,
                AttributeChange.NONE
                        .withAtime(NativeStructs.timeChange(times[0]))
                        .withMtime(NativeStructs.timeChange(times[1])));
    }

    private int change(String operation, String path, AttributeChange change) {
        return at(operation, path, (caller, located) -> {
            fileSystem.setAttributes(caller, located.inode(), Optional.empty(), change);
            return 0;
        });
    }

    @Override
    public int readlink(String path, Pointer target, long size) {
        return at("readlink", path, (caller, located) -> {
            byte[] text = fileSystem.readLink(caller, located.inode());
            int length = (int) Math.min(text.length, size - 1);
            target.put(0, text, 0, length);
            target.putByte(length, (byte) 0);
            return 0;
        });
    }

    @Override
    public int mknod(String path, long mode, long device) {
        return make(
                "mknod", path, (caller, parent, name) -> fileSystem.makeNode(caller, parent, name, (int) mode, device));
    }

    @Override
    public int mkdir(String path, long mode) {
        return make(
                "mkdir", path, (caller, parent, name) -> fileSystem.makeDirectory(caller, parent, name, (int) mode));
    }

    @Override
    public int symlink(String target, String path) {
        return make(
                "symlink",
                path,
                (caller, parent, name) ->
                        fileSystem.makeSymlink(caller, parent, name, target.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public int link(String path, String newPath) {
        return at(
                "link",
                path,
                (linker, located) -> make(
                        "link",
                        newPath,
                        (caller, parent, name) -> fileSystem.link(caller, located.inode(), parent, name)));
    }

    @Override
    public int unlink(String path) {
        return inParent("unlink", path, (caller, parent, name) -> {
            fileSystem.unlink(caller, parent, name);
            paths.invalidate(parent, name);
            return 0;
        });
    }

    @Override
    public int rmdir(String path) {
        return inParent("rmdir", path, (caller, parent, name) -> {
            fileSystem.removeDirectory(caller, parent, name);
            paths.invalidate(parent, name);
            return 0;
        });
    }

    @Override
    public int rename(String path, String newPath) {
        return inParent(
                "rename",
                path,
                (caller, parent, name) -> inParent("rename", newPath, (same, newParent, newName) -> {
                    fileSystem.rename(caller, parent, name, newParent, newName, RenameMode.REPLACE);
                    paths.invalidate(parent, name);
                    paths.invalidate(newParent, newName);
                    return 0;
                }));
    }

    @Override
    public int create(String path, long mode, FuseFileInfo info) {
        return inParent("create", path, (caller, parent, name) -> {
            FileSystem.Created created = fileSystem.create(caller, parent, name, (int) mode, info.flags.get());
            try (Located located = paths.install(parent, name, created.entry())) {
                NativeStructs.put(
                        info, files.add(located.inode(), created.opened().handle()), created.opened());
            }
            return 0;
        });
    }

    @Override
    public int open(String path, FuseFileInfo info) {
        return at("open", path, (caller, located) -> {
            int flags = info.flags.get();
            // The kernel clears them by a chmod before it truncates or writes, but forgets that where open truncates.
            if ((flags & O_TRUNC) != 0 && caller.uid() != 0) {
                boolean unused = privileges.clear(caller, located.inode(), Optional.empty());
            }
            FileSystem.Opened opened = fileSystem.open(caller, located.inode(), flags);
            NativeStructs.put(info, files.add(located.inode(), opened.handle()), opened);
            return 0;
        });
    }

    @Override
    public int read(String path, Pointer target, long size, long offset, FuseFileInfo info) {
        return open(
                "read",
                info,
                (inode, handle) -> fileSystem.read(inode, handle, offset, NativeStructs.buffer(target, size)));
    }

    @Override
    public int write(String path, Pointer source, long size, long offset, FuseFileInfo info) {
        return open("write", info, (inode, handle) -> {
            if (NativeStructs.writesPages(info)) {
                fileSystem.writePages(inode, handle, offset, NativeStructs.buffer(source, size));
            } else {
                fileSystem.write(caller(), inode, handle, offset, NativeStructs.buffer(source, size));
            }
            return (int) size;
        });
    }

    @Override
    public int flush(String path, FuseFileInfo info) {
        return open("flush", info, (inode, handle) -> {
            fileSystem.flush(inode, handle);
            return 0;
        });
    }

    @Override
    public int fsync(String path, int dataOnly, FuseFileInfo info) {
        return open("fsync", info, (inode, handle) -> {
            fileSystem.fsync(inode, handle, dataOnly != 0);
            return 0;
        });
    }

    @Override
    public int release(String path, FuseFileInfo info) {
        return open("release", info, (inode, handle) -> {
            fileSystem.release(files.remove(handle), handle);
            return 0;
        });
    }

    @Override
    public int fallocate(String path, int mode, long offset, long length, FuseFileInfo info) {
        return open("fallocate", info, (inode, handle) -> {
            fileSystem.allocate(caller(), inode, handle, mode, offset, length);
            return 0;
        });
    }

    @Override
    public int opendir(String path, FuseFileInfo info) {
        return at("opendir", path, (caller, located) -> {
            info.fh.set(directories.add(located.inode(), fileSystem.openDirectory(caller, located.inode())));
            return 0;
        });
    }

    @Override
    public int readdir(String path, Pointer buffer, FuseFillDir filler, long cookie, FuseFileInfo info) {
        HandleId handle = handle(info);
        return Guard.run("readdir", handle, () -> {
            EntryFiller sink = new EntryFiller(filler, buffer);
            fileSystem.readDirectory(caller(), directories.inode(handle), handle, cookie, sink);
            return 0;
        });
    }

    @Override
    public int releasedir(String path, FuseFileInfo info) {
        HandleId handle = handle(info);
        return Guard.run("releasedir", handle, () -> {
            fileSystem.releaseDirectory(directories.remove(handle), handle);
            return 0;
        });
    }

    /** Called by {@link JnrSession}: jnr-fuse's own callback lacks a parameter. */
    int syncDirectory(HandleId handle, boolean dataOnly) {
        return Guard.run("fsyncdir", handle, () -> {
            fileSystem.fsyncDirectory(directories.inode(handle), handle, dataOnly);
            return 0;
        });
    }

    @Override
    public int statfs(String path, Statvfs target) {
        return at("statfs", path, (caller, located) -> {
            NativeStructs.put(target, fileSystem.statFilesystem(caller, located.inode()));
            return 0;
        });
    }

    @Override
    public int getxattr(String path, String name, Pointer target, long size) {
        return at("getxattr", path, (caller, located) -> {
            byte[] value = fileSystem.getXattr(caller, located.inode(), xattrName(name));
            return NativeStructs.putSized(value, target, size);
        });
    }

    @Override
    public int listxattr(String path, Pointer target, long size) {
        return at(
                "listxattr",
                path,
                (caller, located) -> NativeStructs.putSized(
                        Xattrs.join(caller, fileSystem.listXattrs(caller, located.inode())), target, size));
    }

    @Override
    public int setxattr(String path, String name, Pointer source, long size, int flags) {
        return at("setxattr", path, (caller, located) -> {
            byte[] value = new byte[Math.toIntExact(size)];
            if (size > 0) {
                source.get(0, value, 0, value.length);
            }
            fileSystem.setXattr(caller, located.inode(), xattrName(name), value, Xattrs.mode(flags));
            return 0;
        });
    }

    @Override
    public int removexattr(String path, String name) {
        return at("removexattr", path, (caller, located) -> {
            fileSystem.removeXattr(caller, located.inode(), xattrName(name));
            return 0;
        });
    }

    private static byte[] xattrName(String name) {
        return Xattrs.requireSupported(name.getBytes(StandardCharsets.UTF_8));
    }

    private int at(String operation, String path, AtInode body) {
        return Guard.run(operation, path, () -> {
            Caller caller = caller();
            try (Located located = paths.resolve(caller, path)) {
                return body.run(caller, located);
            }
        });
    }

    private int inParent(String operation, String path, AtName body) {
        return Guard.run(operation, path, () -> {
            Caller caller = caller();
            try (Located parent = paths.resolveParent(caller, path)) {
                return body.run(caller, parent.inode(), paths.lastName(path));
            }
        });
    }

    private int make(String operation, String path, Maker maker) {
        return inParent(operation, path, (caller, parent, name) -> {
            paths.install(parent, name, maker.make(caller, parent, name)).close();
            return 0;
        });
    }

    private int open(String operation, FuseFileInfo info, BiFunction<InodeId, HandleId, Integer> body) {
        HandleId handle = handle(info);
        return Guard.run(operation, handle, () -> body.apply(files.inode(handle), handle));
    }

    private static HandleId handle(FuseFileInfo info) {
        return new HandleId(info.fh.get());
    }

    /** {@code struct fuse_context}: a pointer, then uid, gid, pid. */
    private Caller caller() {
        Pointer context = libfuse.getContext();
        int pointerBytes = context.getRuntime().addressSize();
        return new Caller(
                context.getInt(pointerBytes), context.getInt(pointerBytes + 4L), context.getInt(pointerBytes + 8L));
    }

    private interface AtInode {
        int run(Caller caller, Located located);
    }

    private interface AtName {
        int run(Caller caller, InodeId parent, Name name);
    }

    private interface Maker {
        FileSystem.Entry make(Caller caller, InodeId parent, Name name);
    }
}
