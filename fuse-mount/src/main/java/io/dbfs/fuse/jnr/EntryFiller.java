package io.dbfs.fuse.jnr;

import io.dbfs.common.InodeId;
import io.dbfs.common.InodeType;
import io.dbfs.fuse.DirectorySink;
import io.dbfs.fuse.FileSystem;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import ru.serce.jnrfuse.FuseFillDir;
import ru.serce.jnrfuse.struct.FileStat;

/** Hands directory entries to libfuse, which takes them until its buffer is full. */
final class EntryFiller implements DirectorySink {
    private final FuseFillDir filler;
    private final Pointer buffer;
    /** libfuse reads the inode's number and type alone. */
    private final FileStat stat = new FileStat(Runtime.getSystemRuntime());

    EntryFiller(FuseFillDir filler, Pointer buffer) {
        this.filler = filler;
        this.buffer = buffer;
    }

    @Override
    public boolean offer(byte[] name, InodeId inode, InodeType type, long cookie, Optional<FileSystem.Entry> entry) {
        stat.st_ino.set(inode.value());
        stat.st_mode.set(type.formatBits());
        ByteBuffer terminated = ByteBuffer.wrap(Arrays.copyOf(name, name.length + 1));
        return filler.apply(buffer, terminated, Struct.getMemory(stat), cookie) == 0;
    }
}
