package io.dbfs.daemon.vfs;

import io.dbfs.common.AttributeChange;
import io.dbfs.common.Attributes;
import io.dbfs.common.Caller;
import io.dbfs.common.ClusterId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.common.rpc.RpcCounter;
import io.dbfs.common.wire.WirePool;
import io.dbfs.fuse.FileSystem;
import io.dbfs.fuse.HandleId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.function.Executable;

/** A mount with the calls of a program, in the root directory. */
final class TestMount {
    static final int READ_WRITE = 02;
    static final int TRUNCATE = 01000;
    static final int APPEND = 02000;
    static final int SYNC = 04010000;

    final DbfsFileSystem fileSystem;
    private final RpcCounter counter;
    private final WirePool chunks;

    /** An open file. */
    record Fd(InodeId inode, HandleId handle) {}

    /** {@code chunks}: what the mount's chunk bytes go over. */
    TestMount(DbfsFileSystem fileSystem, RpcCounter counter, WirePool chunks) {
        this.chunks = chunks;
        this.fileSystem = fileSystem;
        this.counter = counter;
    }

    /** Uses a file, and waits until the streams with supernode and cluster are alive. */
    void awaitStreams() {
        put("awaiting-streams", new byte[1]);
        close(open("awaiting-streams", 0));
        unlink("awaiting-streams");
        Await.until(
                "the streams of changes are alive",
                () -> fileSystem.validity().names().isAlive()
                        && fileSystem.validity().contents(new ClusterId(1)).isAlive());
    }

    Fd create(String name) {
        FileSystem.Created created = fileSystem.create(Caller.ROOT, InodeId.ROOT, Name.of(name), 0644, READ_WRITE);
        return new Fd(created.entry().attributes().inode(), created.opened().handle());
    }

    Fd open(String name, int flags) {
        InodeId inode = inode(name);
        return new Fd(inode, fileSystem.open(Caller.ROOT, inode, flags).handle());
    }

    InodeId inode(String name) {
        return fileSystem
                .lookup(Caller.ROOT, InodeId.ROOT, Name.of(name))
                .attributes()
                .inode();
    }

    void write(Fd fd, long offset, byte[] bytes) {
        fileSystem.write(Caller.ROOT, fd.inode(), fd.handle(), offset, ByteBuffer.wrap(bytes));
    }

    void write(Fd fd, long offset, String text) {
        write(fd, offset, text.getBytes(StandardCharsets.UTF_8));
    }

    byte[] read(Fd fd, long offset, int length) {
        ByteBuffer target = ByteBuffer.allocate(length);
        int count = fileSystem.read(fd.inode(), fd.handle(), offset, target);
        fileSystem.readAnswered(fd.inode());
        Assertions.assertEquals(count, target.position());
        return Arrays.copyOf(target.array(), count);
    }

    String text(Fd fd) {
        return new String(read(fd, 0, 1 << 20), StandardCharsets.UTF_8);
    }

    void close(Fd fd) {
        try {
            fileSystem.flush(fd.inode(), fd.handle());
        } finally {
            fileSystem.release(fd.inode(), fd.handle());
        }
    }

    void fsync(Fd fd) {
        fileSystem.fsync(fd.inode(), fd.handle(), false);
    }

    void put(String name, byte[] bytes) {
        Fd fd = create(name);
        write(fd, 0, bytes);
        close(fd);
    }

    byte[] get(String name) {
        Fd fd = open(name, 0);
        byte[] bytes = read(fd, 0, Math.toIntExact(stat(name).sizeBytes()) + 1);
        close(fd);
        return bytes;
    }

    Attributes stat(String name) {
        return fileSystem.lookup(Caller.ROOT, InodeId.ROOT, Name.of(name)).attributes();
    }

    Attributes stat(Fd fd) {
        return fileSystem.getAttributes(Caller.ROOT, fd.inode(), Optional.of(fd.handle()));
    }

    Attributes change(Fd fd, AttributeChange change) {
        return fileSystem.setAttributes(Caller.ROOT, fd.inode(), Optional.of(fd.handle()), change);
    }

    void truncate(Fd fd, long size) {
        change(fd, AttributeChange.NONE.withSizeBytes(size));
    }

    void allocate(Fd fd, int mode, long offset, long length) {
        fileSystem.allocate(Caller.ROOT, fd.inode(), fd.handle(), mode, offset, length);
    }

    long seek(Fd fd, long offset, boolean data) {
        return fileSystem.seek(fd.inode(), fd.handle(), offset, data);
    }

    long copy(Fd source, long from, Fd target, long to, long length) {
        return fileSystem.copyRange(
                Caller.ROOT,
                new FileSystem.FileRange(source.inode(), source.handle(), from),
                new FileSystem.FileRange(target.inode(), target.handle(), to),
                length);
    }

    void unlink(String name) {
        fileSystem.unlink(Caller.ROOT, InodeId.ROOT, Name.of(name));
    }

    void rename(String name, String newName) {
        fileSystem.rename(
                Caller.ROOT,
                InodeId.ROOT,
                Name.of(name),
                InodeId.ROOT,
                Name.of(newName),
                FileSystem.RenameMode.REPLACE);
    }

    void link(String name, String newName) {
        fileSystem.link(Caller.ROOT, inode(name), InodeId.ROOT, Name.of(newName));
    }

    /** Names and sizes of the root directory, "." and ".." aside. */
    Map<String, Long> list() {
        return list(InodeId.ROOT);
    }

    Map<String, Long> list(InodeId directory) {
        Map<String, Long> entries = new TreeMap<>();
        HandleId handle = fileSystem.openDirectory(Caller.ROOT, directory);
        fileSystem.readDirectory(Caller.ROOT, directory, handle, 0, (name, inode, type, cookie, entry) -> {
            String text = new String(name, StandardCharsets.UTF_8);
            if (!text.equals(".") && !text.equals("..")) {
                entries.put(
                        text, entry.map(known -> known.attributes().sizeBytes()).orElse(-1L));
            }
            return true;
        });
        fileSystem.releaseDirectory(directory, handle);
        return entries;
    }

    static void assertErrno(Errno expected, Executable call) {
        Assertions.assertEquals(
                expected, Assertions.assertThrows(FsException.class, call).errno());
    }

    /**
     * The calls that {@code action} makes, by method without package, and "chunks" written or read; the session's, reports and
     * streams aside.
     */
    Map<String, Long> calls(Runnable action) {
        Map<String, Long> before = counter.counts();
        long chunksBefore = chunks.chunkExchanges();
        action.run();
        Map<String, Long> calls = new LinkedHashMap<>();
        counter.counts().forEach((method, count) -> {
            long made = count - before.getOrDefault(method, 0L);
            if (made > 0 && !method.contains("Sessions/") && !method.contains("Changes/")) {
                calls.put(method.replace("dbfs.v1.", ""), made);
            }
        });
        long chunksMoved = chunks.chunkExchanges() - chunksBefore;
        if (chunksMoved > 0) {
            calls.put("chunks", chunksMoved);
        }
        return calls;
    }
}
