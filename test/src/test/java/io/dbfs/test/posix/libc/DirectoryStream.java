package io.dbfs.test.posix.libc;

import java.util.Optional;
import jnr.ffi.Pointer;

/** An open directory (readdir(3)). For one thread. */
public final class DirectoryStream implements AutoCloseable {
    private static final int TYPE_OFFSET = 18;
    private static final int NAME_OFFSET = 19;

    private final Pointer directory;

    DirectoryStream(Pointer directory) {
        this.directory = directory;
    }

    /** An entry; {@code type} is a DT_ constant (dirent.h). */
    public record Entry(String name, long inode, int type) {}

    /** The next entry; empty at the end. */
    public Optional<Entry> next() {
        Pointer entry = LibC.CALLS.readdir(directory);
        if (entry == null) {
            return Optional.empty();
        }
        int length = 0;
        while (entry.getByte(NAME_OFFSET + length) != 0) {
            length++;
        }
        byte[] name = new byte[length];
        entry.get(NAME_OFFSET, name, 0, length);
        return Optional.of(new Entry(LibC.string(name, length), entry.getLong(0), entry.getByte(TYPE_OFFSET)));
    }

    /** Where reading goes on (telldir(3)). */
    public long tell() {
        return LibC.CALLS.telldir(directory);
    }

    /** Goes back to where {@link #tell} was. */
    public void seek(long position) {
        LibC.CALLS.seekdir(directory, position);
    }

    public void rewind() {
        LibC.CALLS.rewinddir(directory);
    }

    /** The descriptor below. */
    public int descriptor() {
        return LibC.CALLS.dirfd(directory);
    }

    @Override
    public void close() {
        LibC.CALLS.closedir(directory);
    }
}
