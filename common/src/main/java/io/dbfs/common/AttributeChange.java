package io.dbfs.common;

import java.util.OptionalInt;
import java.util.OptionalLong;

/** What one chmod, chown, truncate or utimensat changes; everything absent stays. */
public record AttributeChange(
        OptionalInt mode,
        OptionalInt uid,
        OptionalInt gid,
        OptionalLong sizeBytes,
        TimeChange atime,
        TimeChange mtime) {
    /** Changes nothing; the start of every {@code with…}. */
    public static final AttributeChange NONE = new AttributeChange(
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalLong.empty(),
            TimeChange.KEEP,
            TimeChange.KEEP);

    /** Also sets the twelve permission bits. */
    public AttributeChange withMode(int value) {
        return new AttributeChange(OptionalInt.of(value & 07777), uid, gid, sizeBytes, atime, mtime);
    }

    /** Also sets the owner. */
    public AttributeChange withUid(int value) {
        return new AttributeChange(mode, OptionalInt.of(value), gid, sizeBytes, atime, mtime);
    }

    /** Also sets the group. */
    public AttributeChange withGid(int value) {
        return new AttributeChange(mode, uid, OptionalInt.of(value), sizeBytes, atime, mtime);
    }

    /** Also sets the size, in bytes. */
    public AttributeChange withSizeBytes(long value) {
        return new AttributeChange(mode, uid, gid, OptionalLong.of(value), atime, mtime);
    }

    /** Also changes the time of last access. */
    public AttributeChange withAtime(TimeChange change) {
        return new AttributeChange(mode, uid, gid, sizeBytes, change, mtime);
    }

    /** Also changes the time of last modification. */
    public AttributeChange withMtime(TimeChange change) {
        return new AttributeChange(mode, uid, gid, sizeBytes, atime, change);
    }

    /** A time as utimensat(2) takes it: kept (UTIME_OMIT), now (UTIME_NOW), or a value. */
    public record TimeChange(Kind kind, long nanos) {
        /** UTIME_OMIT. */
        public static final TimeChange KEEP = new TimeChange(Kind.KEEP, 0);
        /** UTIME_NOW. */
        public static final TimeChange NOW = new TimeChange(Kind.NOW, 0);

        /** To this time, in nanoseconds since the epoch. */
        public static TimeChange to(long nanos) {
            return new TimeChange(Kind.SET, nanos);
        }

        /** Which of the three. */
        public enum Kind {
            KEEP,
            NOW,
            SET
        }
    }
}
