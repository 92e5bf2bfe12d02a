package io.dbfs.daemon.vfs;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import java.util.List;

/**
 * What a read has to fetch.
 *
 * @param length bytes that are read in all
 * @param parts what memory did not have
 * @param missingFrom the extent map has to be fetched from here on first, when not negative
 */
record ReadPlan(int length, List<Part> parts, long missingFrom) {
    static final ReadPlan END_OF_FILE = new ReadPlan(0, List.of(), -1);

    static ReadPlan of(int length, List<Part> parts) {
        return new ReadPlan(length, parts, -1);
    }

    static ReadPlan missing(long from) {
        return new ReadPlan(0, List.of(), from);
    }

    boolean isMissing() {
        return missingFrom >= 0;
    }

    static FsException lost() {
        return new FsException(Errno.EIO, "no node holds the chunk any more");
    }

    /** A part of a chunk, to be put at {@code at} of the target. */
    record Part(Source.Stored source, int at, int length, long fileOffset) {}
}
