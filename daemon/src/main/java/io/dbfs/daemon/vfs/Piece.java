package io.dbfs.daemon.vfs;

/** A range of a file and where its bytes are. */
record Piece(long offset, long length, Source source) {
    long end() {
        return offset + length;
    }

    /** The part of this piece within [from, to), which must overlap it. */
    Piece clip(long from, long to) {
        long start = Math.max(offset, from);
        long end = Math.min(end(), to);
        if (start == offset && end == end()) {
            return this;
        }
        return new Piece(start, end - start, start == offset ? source : source.skip(start - offset));
    }
}
