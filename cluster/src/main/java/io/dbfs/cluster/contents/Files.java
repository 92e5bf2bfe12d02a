package io.dbfs.cluster.contents;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.ContentsOutcome;
import io.dbfs.proto.FileAttributes;
import io.dbfs.proto.FileRecord;

/** What the operations on one file have in common. */
final class Files {
    private Files() {}

    /** A file's record to change; a new one, counted, where there is none, with these times. */
    static FileRecord.Builder openOrCreate(ContentsState state, long inode, long atimeNanos, long mtimeNanos) {
        return state.file(inode).map(FileRecord::toBuilder).orElseGet(() -> {
            state.cluster().setFiles(state.cluster().getFiles() + 1);
            FileRecord.Builder created = FileRecord.newBuilder();
            created.getAttributesBuilder()
                    .setInode(inode)
                    .setExists(true)
                    .setAtimeNanos(atimeNanos)
                    .setMtimeNanos(mtimeNanos);
            return created;
        });
    }

    static void requireInode(long inode) {
        if (inode == 0) {
            throw new FsException(Errno.EINVAL, "inode: 0 (expected: not 0)");
        }
    }

    static void requireSize(long size) {
        if (Long.compareUnsigned(size, Limits.FILE_SIZE_BYTES_MAX) > 0) {
            throw new FsException(
                    Errno.EFBIG,
                    "file size: " + Long.toUnsignedString(size) + " (expected: at most " + Limits.FILE_SIZE_BYTES_MAX
                            + ")");
        }
    }

    /** The contents changed: counts the version up. */
    static void changed(FileAttributes.Builder attributes) {
        attributes.setVersion(attributes.getVersion() + 1);
    }

    /** A change happened at this time of its maker's clock; ctime never goes back. */
    static void touch(FileAttributes.Builder attributes, long timeNanos) {
        attributes.setCtimeNanos(Math.max(attributes.getCtimeNanos(), timeNanos));
    }

    /** Stores the record and tells its attributes. */
    static ContentsOutcome.Builder save(ContentsState state, FileRecord.Builder file) {
        FileRecord saved = file.build();
        state.putFile(saved);
        return ContentsOutcome.newBuilder().setAttributes(saved.getAttributes());
    }
}
