package io.dbfs.daemon.vfs;

import io.dbfs.proto.FileAttributes;

/**
 * The answer to lseek(2) with SEEK_DATA or SEEK_HOLE from what memory has of a file.
 *
 * @param offset where it is; {@link #NONE}: no data follows
 * @param missingFrom the extent map has to be fetched from here on first, when not negative
 */
record SeekPlan(long offset, long missingFrom) {
    static final long NONE = -1;

    boolean isMissing() {
        return missingFrom >= 0;
    }

    private static SeekPlan at(long offset) {
        return new SeekPlan(offset, -1);
    }

    private static SeekPlan missing(long from) {
        return new SeekPlan(NONE, from);
    }

    /** One search through what is committed and, over it, what is not. The file's lock is held. */
    static final class Search {
        private final RangeMap overlay;
        private final CommittedMap committed;
        private final FileAttributes contents;
        private final long size;

        Search(RangeMap overlay, CommittedMap committed, FileAttributes contents, long size) {
            this.overlay = overlay;
            this.committed = committed;
            this.contents = contents;
            this.size = size;
        }

        /** The first byte of data, or of a hole, from {@code offset} on; the end of the file is a hole. */
        SeekPlan from(long offset, boolean data) {
            long position = offset;
            while (position < size) {
                Span dirty = overlay.spanAt(position);
                if (dirty.data()) {
                    if (data) {
                        return at(position);
                    }
                    position = dirty.end();
                    continue;
                }
                long end = Math.min(dirty.end(), size);
                long stored = Math.min(end, contents.getSize());
                if (position < stored) {
                    long known = committed.knownTo(contents.getVersion(), position);
                    if (known <= position) {
                        return missing(position);
                    }
                    Span span = committed.spanAt(position);
                    if (span.data() == data) {
                        return at(position);
                    }
                    position = Math.min(span.end(), Math.min(known, stored));
                } else if (data) {
                    position = end;
                } else {
                    return at(position);
                }
            }
            return at(data ? NONE : size);
        }
    }

    /** What a position lies in, data or a gap, and where that ends. */
    record Span(boolean data, long end) {}
}
