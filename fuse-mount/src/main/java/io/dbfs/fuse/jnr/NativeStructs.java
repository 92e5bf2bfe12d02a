package io.dbfs.fuse.jnr;

import com.kenai.jffi.MemoryIO;
import io.dbfs.common.AttributeChange.TimeChange;
import io.dbfs.common.Attributes;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.Name;
import io.dbfs.fuse.FileSystem;
import java.nio.ByteBuffer;
import jnr.ffi.Pointer;
import jnr.ffi.Struct;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.FuseFileInfo;
import ru.serce.jnrfuse.struct.Statvfs;
import ru.serce.jnrfuse.struct.Timespec;

/** Our values in libfuse's structs and back. */
final class NativeStructs {
    private static final long NANOS_IN_SECOND = 1_000_000_000;
    private static final int STAT_BLOCK_BYTES = 512;
    private static final int BLOCK_BYTES = 4096;

    /** Inodes are numbers, not a table that fills up: what statvfs calls free. */
    private static final long FREE_INODES = 1L << 32;

    /**
     * The bits of {@code fuse_file_info} lie at byte 20; jnr-fuse believes them to be bytes from 16 on, where C has
     * {@code writepage}.
     */
    private static final int OPEN_BITS_OFFSET = 20;

    private static final int WRITE_PAGE_OFFSET = 16;

    private static final int DIRECT_IO = 1;
    private static final int KEEP_CACHE = 2;

    private static final long UTIME_NOW = (1 << 30) - 1;
    private static final long UTIME_OMIT = (1 << 30) - 2;

    private NativeStructs() {}

    static void put(FileStat stat, Attributes attributes) {
        stat.st_ino.set(attributes.inode().value());
        stat.st_mode.set(attributes.type().formatBits() | attributes.mode());
        stat.st_nlink.set(attributes.linkCount());
        stat.st_uid.set(attributes.uid());
        stat.st_gid.set(attributes.gid());
        stat.st_rdev.set(attributes.device());
        stat.st_size.set(attributes.sizeBytes());
        stat.st_blksize.set(BLOCK_BYTES);
        stat.st_blocks.set((attributes.allocatedBytes() + STAT_BLOCK_BYTES - 1) / STAT_BLOCK_BYTES);
        put(stat.st_atim, attributes.atimeNanos());
        put(stat.st_mtim, attributes.mtimeNanos());
        put(stat.st_ctim, attributes.ctimeNanos());
    }

    private static void put(Timespec time, long nanos) {
        time.tv_sec.set(Math.floorDiv(nanos, NANOS_IN_SECOND));
        time.tv_nsec.set(Math.floorMod(nanos, NANOS_IN_SECOND));
    }

    static TimeChange timeChange(Timespec time) {
        long nanos = time.tv_nsec.longValue();
        if (nanos == UTIME_NOW) {
            return TimeChange.NOW;
        }
        if (nanos == UTIME_OMIT) {
            return TimeChange.KEEP;
        }
        return TimeChange.to(time.tv_sec.get() * NANOS_IN_SECOND + nanos);
    }

    static void put(Statvfs target, FileSystem.Statistics statistics) {
        target.f_bsize.set(BLOCK_BYTES);
        target.f_frsize.set(BLOCK_BYTES);
        target.f_blocks.set(statistics.totalBytes() / BLOCK_BYTES);
        target.f_bfree.set(statistics.freeBytes() / BLOCK_BYTES);
        target.f_bavail.set(statistics.freeBytes() / BLOCK_BYTES);
        target.f_files.set(statistics.inodes() + FREE_INODES);
        target.f_ffree.set(FREE_INODES);
        target.f_favail.set(FREE_INODES);
        target.f_namemax.set(Name.MAX_BYTES);
    }

    static void put(FuseFileInfo info, long handle, FileSystem.Opened opened) {
        info.fh.set(handle);
        int bits = (opened.directIo() ? DIRECT_IO : 0) | (opened.keepCache() ? KEEP_CACHE : 0);
        Pointer memory = Struct.getMemory(info);
        memory.putInt(OPEN_BITS_OFFSET, memory.getInt(OPEN_BITS_OFFSET) | bits);
    }

    /** Whether a write comes from the page cache, by a handle that the kernel guessed. */
    static boolean writesPages(FuseFileInfo info) {
        return Struct.getMemory(info).getInt(WRITE_PAGE_OFFSET) != 0;
    }

    /** The native memory itself as a buffer, valid until the callback returns. */
    static ByteBuffer buffer(Pointer memory, long size) {
        return MemoryIO.getInstance().newDirectByteBuffer(memory.address(), Math.toIntExact(size));
    }

    /**
     * The answer of getxattr and listxattr: the length alone when no room is given, ERANGE when there is too little.
     *
     * @return the length of the value
     */
    static int putSized(byte[] value, Pointer target, long size) {
        if (size == 0) {
            return value.length;
        }
        if (size < value.length) {
            throw new FsException(Errno.ERANGE);
        }
        target.put(0, value, 0, value.length);
        return value.length;
    }
}
