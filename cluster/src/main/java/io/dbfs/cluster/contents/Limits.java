package io.dbfs.cluster.contents;

import io.dbfs.common.FileSize;
import io.dbfs.proto.FileRecord;

/** Bounds of what one command may hold and one file may grow to. */
public final class Limits {
    /** Largest file. */
    public static final long FILE_SIZE_BYTES_MAX = FileSize.BYTES_MAX;
    /** Inline bytes of one commit. */
    public static final int COMMIT_INLINE_BYTES_MAX = 1 << 20;
    /** Extents of one commit. */
    public static final int COMMIT_EXTENTS_MAX = 1 << 17;
    /** Extents or attributes in one reply. */
    public static final int REPLY_ENTRIES_MAX = 1000;
    /** Inline bytes in one reply to a reader, above which it ends early. */
    public static final int REPLY_INLINE_BYTES_MAX = 2 << 20;
    /** Extents that one command takes off a dropped file. */
    static final int RELEASE_EXTENTS_MAX = 4096;
    /** Extents that one clone reads, and that it replaces. */
    static final int CLONE_EXTENTS_MAX = 2048;
    /** Adjacent inline pieces become one up to this length: appends of a few bytes do not make a piece each. */
    static final int INLINE_MERGE_BYTES_MAX = 4096;
    /** Longest extent, for its length is a uint32. */
    static final long EXTENT_BYTES_MAX = 0xffff_ffffL;

    /** Locks held on one file, and requests waiting for them: the table of a file is one record. */
    static final int FILE_LOCKS_MAX = 4096;
    /** Files that one command takes an ended mount's locks off. */
    static final int DROPPED_LOCK_FILES_MAX = 1000;
    /** Owners looked at for a cycle of waits; a longer chain counts as none. */
    static final int DEADLOCK_OWNERS_MAX = 1000;

    /** Notes of abandoned chunks that one command deletes. */
    static final int ABANDONED_FORGOTTEN_MAX = 1000;

    private static final long CROWDED_INLINE_BYTES = 1 << 20;
    private static final long CROWDED_INLINE_EXTENTS = 256;

    /** A chunk with less than one of so many bytes alive is mostly dead. */
    private static final int SPARSE_SHARE = 4;
    /** Shorter chunks are not worth a rewrite. */
    private static final int SPARSE_LENGTH_BYTES_MIN = 64 << 10;

    private Limits() {}

    /** Whether what is left of a chunk is worth being rewritten, so that the rest of it can go. */
    static boolean sparse(long lengthBytes, long liveBytes) {
        return lengthBytes >= SPARSE_LENGTH_BYTES_MIN && liveBytes < lengthBytes / SPARSE_SHARE;
    }

    /** Whether a file's inline pieces are worth being rewritten to chunks. */
    static boolean crowded(FileRecord file) {
        return file.getInlineBytes() > CROWDED_INLINE_BYTES || file.getInlineExtents() > CROWDED_INLINE_EXTENTS;
    }
}
